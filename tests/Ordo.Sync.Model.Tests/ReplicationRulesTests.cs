using System.Diagnostics;
using Ordo.Sync.Model.Tests.Rules;
using Ordo.Sync.Model.Tests.Schedules;
using Ordo.Sync.Model.Tests.World;

namespace Ordo.Sync.Model.Tests;

public sealed class ReplicationRulesTests(ITestOutputHelper output)
{
    private const int DefaultSchedules = 50_000;

    [Fact]
    public void Random_schedules_break_no_invariant()
    {
        int schedules = ModelSettings.Schedules ?? DefaultSchedules;
        var campaign = new Campaign(RuleMutation.None, ModelSettings.Profile);
        long start = Stopwatch.GetTimestamp();
        Failure? failure = campaign.Run(ModelSettings.Seed, schedules);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        output.WriteLine(
            $"{schedules} schedules, {campaign.WriteCount} writes, {schedules / elapsed.TotalSeconds:F0} schedules/s");
        Assert.True(failure is null, failure is null ? "" : campaign.Explain(failure));
    }
}
