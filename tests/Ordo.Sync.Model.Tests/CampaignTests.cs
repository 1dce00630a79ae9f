using Ordo.Sync.Model.Tests.Rules;
using Ordo.Sync.Model.Tests.Schedules;
using Ordo.Sync.Model.Tests.World;

namespace Ordo.Sync.Model.Tests;

public sealed class CampaignTests
{
    [Fact]
    public void A_seed_gives_the_same_run_every_time()
    {
        for (ulong seed = 1; seed <= 200; seed++)
        {
            Assert.Equal(TraceOf(seed), TraceOf(seed));
        }
    }

    [Fact]
    public void A_failing_schedule_is_shortened_to_one_that_fails_and_needs_all_its_steps()
    {
        var campaign = new Campaign(RuleMutation.SendOnlyNewSiblings, "Default");
        Failure failure = campaign.Run(firstSeed: 1, schedules: 1_000)!;

        Schedule shortened = campaign.Shrink(failure.Schedule);

        Assert.NotNull(campaign.ViolationOf(shortened));
        Assert.True(shortened.Steps.Count < failure.Schedule.Steps.Count);
        for (int i = 0; i < shortened.Steps.Count; i++)
        {
            Schedule without = shortened with { Steps = [.. shortened.Steps.Where((_, index) => index != i)] };
            Assert.Null(campaign.ViolationOf(without));
        }
    }

    [Fact]
    public void A_failure_is_told_with_its_seed_and_how_to_replay_it()
    {
        var campaign = new Campaign(RuleMutation.SendOnlyNewSiblings, "Default");
        Failure failure = campaign.Run(firstSeed: 1, schedules: 1_000)!;

        string explanation = campaign.Explain(failure);

        Assert.Contains(failure.Violation, explanation, StringComparison.Ordinal);
        Assert.Contains($"ORDO_MODEL_SEED={failure.Schedule.Seed} ", explanation, StringComparison.Ordinal);
        Assert.Contains("writes", explanation, StringComparison.Ordinal);
    }

    private static string TraceOf(ulong seed)
    {
        Schedule schedule = ScheduleGenerator.Generate(seed, ScheduleProfiles.Default);
        var trace = new TraceLog(schedule.HasHub);
        ScheduleRun.Execute(schedule, RuleMutation.None, trace);
        return trace.ToString();
    }
}
