using Ordo.Sync.Simulation.Tests.Plans;
using Ordo.Sync.Testing.Simulation;

namespace Ordo.Sync.Simulation.Tests.Campaigns;

public sealed class ReplayTests
{
    [Fact]
    public void A_seed_gives_the_same_world_every_time()
    {
        for (ulong seed = 1; seed <= 10; seed++)
        {
            Assert.Equal(TraceOf(seed), TraceOf(seed));
        }
    }

    /// <summary>Seeds that found faults in the engine once; docs/internals/simulation.md says which.</summary>
    [Theory]
    [InlineData(20UL)]
    [InlineData(45UL)]
    [InlineData(95UL)]
    [InlineData(138UL)]
    [InlineData(1051UL)]
    [InlineData(1111UL)]
    [InlineData(1148UL)]
    [InlineData(1660UL)]
    [InlineData(1755UL)]
    [InlineData(1925UL)]
    [InlineData(2303UL)]
    [InlineData(6358UL)]
    [InlineData(11507UL)]
    [InlineData(10002213UL)]
    [InlineData(10013732UL)]
    [InlineData(10024581UL)]
    [InlineData(10035413UL)]
    [InlineData(10048338UL)]
    [InlineData(10090702UL)]
    [InlineData(10102617UL)]
    [InlineData(500055439UL)]
    [InlineData(600005910UL)]
    [InlineData(600027226UL)]
    [InlineData(600029135UL)]
    [InlineData(600035867UL)]
    [InlineData(600046153UL)]
    [InlineData(600057299UL)]
    [InlineData(700001183UL)]
    [InlineData(710008306UL)]
    [InlineData(800001828UL)]
    [InlineData(800019183UL)]
    [InlineData(800035449UL)]
    [InlineData(900007600UL)]
    [InlineData(900010887UL)]
    public void A_plan_that_broke_a_promise_once_breaks_none(ulong seed) =>
        Assert.Null(new Campaign(sqliteOneIn: 0).ViolationOf(PlanGenerator.Generate(seed)));

    /// <summary>The same of plans with scenes, hub failover above all.</summary>
    [Theory]
    [InlineData(352UL)]
    [InlineData(967UL)]
    [InlineData(981UL)]
    [InlineData(998UL)]
    [InlineData(1104UL)]
    [InlineData(1153UL)]
    [InlineData(1343UL)]
    [InlineData(1348UL)]
    [InlineData(1364UL)]
    [InlineData(1764UL)]
    [InlineData(1844UL)]
    [InlineData(1917UL)]
    [InlineData(700000738UL)]
    [InlineData(700002204UL)]
    public void A_plan_with_scenes_that_broke_a_promise_once_breaks_none(ulong seed) =>
        Assert.Null(new Campaign(sqliteOneIn: 0).ViolationOf(PlanGenerator.Generate(seed, kind: PlanKind.Scenes)));

    /// <summary>The same of plans in which scopes are compacted.</summary>
    [Theory]
    [InlineData(364UL)]
    [InlineData(432UL)]
    public void A_plan_of_compactions_that_broke_a_promise_once_breaks_none(ulong seed) =>
        Assert.Null(new Campaign(sqliteOneIn: 0).ViolationOf(PlanGenerator.Generate(seed, kind: PlanKind.Compactions)));

    /// <summary>The same of plans of upheavals.</summary>
    [Theory]
    [InlineData(402UL)]
    [InlineData(476UL)]
    [InlineData(590UL)]
    [InlineData(1388UL)]
    [InlineData(2394UL)]
    [InlineData(2533UL)]
    [InlineData(2585UL)]
    [InlineData(2621UL)]
    [InlineData(2818UL)]
    [InlineData(3230UL)]
    [InlineData(3349UL)]
    [InlineData(3958UL)]
    [InlineData(6668UL)]
    [InlineData(6874UL)]
    [InlineData(7027UL)]
    [InlineData(7596UL)]
    [InlineData(7673UL)]
    [InlineData(8421UL)]
    [InlineData(8520UL)]
    [InlineData(8535UL)]
    [InlineData(9743UL)]
    [InlineData(10896UL)]
    [InlineData(10992UL)]
    [InlineData(11042UL)]
    public void A_plan_of_upheavals_that_broke_a_promise_once_breaks_none(ulong seed) =>
        Assert.Null(new Campaign(sqliteOneIn: 0).ViolationOf(PlanGenerator.Generate(seed, kind: PlanKind.Upheavals)));

    private static string TraceOf(ulong seed)
    {
        var steps = new List<string>();
        SimulationStatistics happened = PlanRun.Execute(PlanGenerator.Generate(seed), steps.Add);
        return $"{happened.Elapsed} {happened.CommitCount} {happened.WriteCount} {happened.MessageCount} {happened.ConflictCount} "
            + $"{happened.CrashCount} {string.Join(';', steps)}";
    }

    /// <summary>A plan is shortened to what the same failure needs, and is not given away for another failure.</summary>
    [Fact]
    public void A_shortened_plan_keeps_the_steps_of_its_failure_and_no_others()
    {
        Plan plan = PlanGenerator.Generate(1072);
        var needed = new HashSet<int> { 3, 4, 17, plan.Steps.Count - 1 };

        Plan shortened = new Shrinker(Break).Shrink(plan, Break(plan)!);

        Assert.Equal(needed.Order(), shortened.Steps.Select(step => step.Number));

        // Without step 3 it breaks another promise; with half of the others it breaks none.
        string? Break(Plan some)
        {
            var left = some.Steps.Select(step => step.Number).ToHashSet();
            return needed.IsSubsetOf(left) ? $"device{left.Count} lost device0:{left.Count}"
                : left.Contains(17) ? "The world does not settle" : null;
        }
    }

    [Fact]
    public void A_shortened_plan_can_be_had_again_by_the_numbers_of_its_steps()
    {
        Plan plan = PlanGenerator.Generate(1072);
        Plan shortened = plan with { Steps = [plan.Steps[2], plan.Steps[9]] };

        Assert.Contains(
            $"ORDO_SIMULATION_SEED=1072 ORDO_SIMULATION_SEEDS=1 ORDO_SIMULATION_STEPS=2,9 ",
            ReplayCommand.Of(shortened, PlanKind.Plain, mutant: null, isShortened: true),
            StringComparison.Ordinal);
        Assert.Equal(shortened.Steps, CampaignSettings.Only(plan, "2,9").Steps);
    }
}
