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
    [InlineData(1051UL)]
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
    public void A_plan_with_scenes_that_broke_a_promise_once_breaks_none(ulong seed) =>
        Assert.Null(new Campaign(sqliteOneIn: 0).ViolationOf(PlanGenerator.Generate(seed, kind: PlanKind.Scenes)));

    private static string TraceOf(ulong seed)
    {
        var steps = new List<string>();
        SimulationStatistics happened = PlanRun.Execute(PlanGenerator.Generate(seed), steps.Add);
        return $"{happened.Elapsed} {happened.CommitCount} {happened.WriteCount} {happened.MessageCount} {happened.ConflictCount} "
            + $"{happened.CrashCount} {string.Join(';', steps)}";
    }
}
