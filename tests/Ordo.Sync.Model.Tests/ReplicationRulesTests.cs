using System.Diagnostics;
using Ordo.Sync.Model.Tests.Rules;
using Ordo.Sync.Model.Tests.Schedules;
using Ordo.Sync.Model.Tests.World;

namespace Ordo.Sync.Model.Tests;

public sealed class ReplicationRulesTests(ITestOutputHelper output)
{
    private const int SchedulesInCi = 10_000;
    private const ulong SeedInCi = 1;

    public static TheoryData<string> Profiles =>
        [.. ScheduleProfiles.All.Keys.Where(name => ModelSettings.Profile is not { } only || name == only)];

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Random_schedules_break_no_invariant(string profile)
    {
        int schedules = ModelSettings.Schedules ?? SchedulesInCi;
        var campaign = new Campaign(RuleMutation.None, profile);
        long start = Stopwatch.GetTimestamp();

        Failure? failure = campaign.Run(ModelSettings.Seed ?? SeedInCi, schedules);

        double rate = (failure?.SchedulesRun ?? schedules) / Stopwatch.GetElapsedTime(start).TotalSeconds;
        output.WriteLine($"{profile}: {schedules} schedules, {campaign.WriteCount} writes, {rate:F0} schedules/s");
        Assert.True(failure is null, failure is null ? "" : campaign.Explain(failure));
        Assert.True(campaign.WriteCount >= schedules, "The schedules hardly write: the check is empty.");
    }
}
