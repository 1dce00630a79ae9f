using Ordo.Sync.Benchmarks.Comparison;

namespace Ordo.Sync.Benchmarks.Scenarios;

/// <summary>The scenarios by name.</summary>
internal static class ScenarioCatalog
{
    public static IReadOnlyList<IScenario> All { get; } =
    [
        new LocalWrite(
            "local-write",
            "one awaited durable write after another; at least 0.6 × direct SQLite writing record and outbox row",
            writers: 1,
            batch: 1),
        new LocalWrite(
            "local-write-concurrent",
            "64 writers at once; at least 0.6 × direct SQLite in transactions of 100",
            writers: 64,
            batch: 1),
        new LocalWrite(
            "local-batch",
            "atomic batches of 1,000; at least 0.6 × direct SQLite in transactions of 1,000",
            writers: 1,
            batch: 1000),
        new EphemeralWrite(),
        new LocalRead(),
        new Push(),
        new PushTelemetry(),
        new Bootstrap(),
        new Incremental(),
        new UpToDate(),
        new LiveLatency(),
        new HubLoad(),
        new LiveDevices(),
        new VerifyAndRepair(),
        new ConflictStorm(),
        new Size(),
        new Memory(),
        new VersionBytes(),
        new LiveCollections(),
        new Blobs(),
        new TextTrace(),
        new TextLoad(),
        new CrdtOverhead(),
        new ComparisonWithOthers(),
    ];

    public static IScenario? Find(string name) =>
        All.FirstOrDefault(scenario => string.Equals(scenario.Name, name, StringComparison.Ordinal));
}
