using System.Diagnostics;
using System.Globalization;

namespace Ordo.Sync.Simulation.Tests.Campaigns;

/// <summary>Random plans against the real engine. Longer: set the variables of <see cref="CampaignSettings"/>.</summary>
public sealed class EngineTests(ITestOutputHelper output)
{
    private const int PlansInCi = 2_000;
    private const ulong SeedInCi = 1;

    [Fact]
    public void Random_plans_break_no_promise()
    {
        int count = CampaignSettings.Count ?? PlansInCi;
        var campaign = new Campaign(CampaignSettings.MayUseSqlite, CampaignSettings.FailuresMax);
        long began = Stopwatch.GetTimestamp();

        IReadOnlyList<Failure> failures = campaign.Run(CampaignSettings.Seed ?? SeedInCi, count);

        Tell(campaign, Stopwatch.GetElapsedTime(began));
        Assert.True(
            failures.Count == 0,
            $"{string.Join(Environment.NewLine, failures.Select(failure => failure.Summary))}{Environment.NewLine}"
            + failures.Take(1).Select(campaign.Explain).FirstOrDefault());
        Assert.True(campaign.Statistics.WriteCount >= count, "The plans hardly write: the check is empty.");
    }

    private void Tell(Campaign campaign, TimeSpan took)
    {
        var happened = campaign.Statistics;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{campaign.PlanCount} plans in {took.TotalSeconds:F0} s: {happened.Elapsed.TotalHours:F0} simulated hours, {happened.CommitCount} commits, "
            + $"{happened.WriteCount} versions followed, {happened.ConflictCount} conflicts, {happened.MessageCount} messages, "
            + $"{happened.LossCount} lost, {happened.DuplicateCount} repeated, {happened.PartitionCount} partitions, "
            + $"{happened.CrashCount} crashes, {happened.UndoneCommitCount} commits undone by power cuts, "
            + $"{happened.DiskErrorCount} disk errors"));
    }
}
