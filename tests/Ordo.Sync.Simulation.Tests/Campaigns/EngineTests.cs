using Ordo.Sync.Simulation.Tests.Plans;
using Ordo.Sync.Testing.Simulation;

namespace Ordo.Sync.Simulation.Tests.Campaigns;

/// <summary>Random plans against the real engine. Longer: set the variables of <see cref="CampaignSettings"/>.</summary>
public sealed class EngineTests(ITestOutputHelper output)
{
    private const int PlansInCi = 2_000;
    private const ulong SeedInCi = 1;
    private const int DisastersInCi = 120;
    private const int ScenesInCi = 250;
    private const int UpheavalsInCi = 110;
    private const int EncountersInCi = 60;
    private const int CompactionsInCi = 70;
    private const int PlansOnSqlite = 30;
    private const ulong SeedOnSqlite = 1;

    [Fact]
    public void Random_plans_break_no_promise()
    {
        int count = CampaignSettings.Count ?? PlansInCi;
        var campaign = new Campaign(
            CampaignSettings.SqliteOneIn, CampaignSettings.FailuresMax, output.WriteLine, CampaignSettings.Kind);

        IReadOnlyList<Failure> failures = campaign.Run(CampaignSettings.Seed ?? SeedInCi, count);

        output.WriteLine(campaign.Tell());
        Assert.True(
            failures.Count == 0,
            $"{string.Join(Environment.NewLine, failures.Select(failure => failure.Summary))}{Environment.NewLine}"
            + failures.Take(1).Select(campaign.Explain).FirstOrDefault());
        Assert.True(campaign.Statistics.WriteCount >= count, "The plans hardly write: the check is empty.");
    }

    /// <summary>Whole scenes: long transfers, hub failover; far more with <see cref="CampaignSettings.ScenesVariable"/>.</summary>
    [Fact]
    public void Plans_with_scenes_break_no_promise()
    {
        SimulationStatistics statistics = Run(new Campaign(sqliteOneIn: 0, kind: PlanKind.Scenes), SeedInCi, ScenesInCi);

        Assert.True(statistics.PartitionCount > 0, "Nobody was cut off from anybody.");
    }

    /// <summary>Rare moments, brought about; far more with <see cref="CampaignSettings.DisastersVariable"/>.</summary>
    [Fact]
    public void Disasters_break_no_promise()
    {
        SimulationStatistics statistics = Run(new Campaign(sqliteOneIn: 0, kind: PlanKind.Disasters), SeedInCi, DisastersInCi);

        Assert.True(statistics.UndoneCommitCount > 0, "No power cut took anything back.");
    }

    /// <summary>
    /// Stores put back and copied, deletes forgotten, services in the background; far more with
    /// <see cref="CampaignSettings.UpheavalsVariable"/>.
    /// </summary>
    [Fact]
    public void Upheavals_break_no_promise()
    {
        SimulationStatistics statistics = Run(new Campaign(sqliteOneIn: 0, kind: PlanKind.Upheavals), SeedInCi, UpheavalsInCi);

        Assert.True(
            statistics is { RestoreCount: > 0, CloneCount: > 0, CollectedCount: > 0 },
            "No store was put back, none was copied, or no delete was forgotten.");
    }

    /// <summary>
    /// Moments at which three have to meet, or at which something comes late; far more with <see cref="CampaignSettings.EncountersVariable"/>.
    /// </summary>
    [Fact]
    public void Encounters_break_no_promise()
    {
        SimulationStatistics statistics = Run(new Campaign(sqliteOneIn: 0, kind: PlanKind.Encounters), SeedInCi, EncountersInCi);

        Assert.True(statistics.DuplicateCount > 0, "Nothing came late.");
    }

    /// <summary>
    /// New generations of scopes while devices are away or in the middle of transfers; far more with
    /// <see cref="CampaignSettings.CompactionsVariable"/>.
    /// </summary>
    [Fact]
    public void Compactions_break_no_promise()
    {
        SimulationStatistics statistics = Run(new Campaign(sqliteOneIn: 0, kind: PlanKind.Compactions), SeedInCi, CompactionsInCi);

        Assert.True(
            statistics is { CompactionCount: > 0, RenamingCount: var followed } && followed > statistics.CompactionCount,
            "No hub began a generation, or no device followed.");
    }

    /// <summary>The same in SQLite files; far more with <see cref="CampaignSettings.SqliteVariable"/>.</summary>
    [Fact]
    public void Random_plans_on_SQLite_break_no_promise()
    {
        SimulationStatistics statistics = Run(new Campaign(sqliteOneIn: 1), SeedOnSqlite, PlansOnSqlite);

        Assert.True(statistics.CrashCount > 0, "No store was opened after a crash.");
    }

    private SimulationStatistics Run(Campaign campaign, ulong firstSeed, int count)
    {
        IReadOnlyList<Failure> failures = campaign.Run(firstSeed, count);

        output.WriteLine(campaign.Tell());
        Assert.True(failures.Count == 0, failures.Select(campaign.Explain).FirstOrDefault());
        return campaign.Statistics;
    }
}
