using System.Diagnostics;
using Ordo.Sync.Benchmarks.Baselines;
using Ordo.Sync.Benchmarks.Hosting;
using Ordo.Sync.Benchmarks.Reporting;
using Ordo.Sync.Engine.Payloads;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Benchmarks.Scenarios;

/// <summary>Queued writes until the hub has stored and acknowledged them durably.</summary>
internal sealed class Push : HubScenario
{
    private static readonly MessagePackPayloadSerializer Serializer = new();

    public override string Name => "push";

    public override string Description =>
        "10,000 queued writes until the hub has acknowledged them; at least 20,000/s and 0.4 × a direct batch insert into its database";

    public override int DefaultRecords => 10_000;

    protected override async Task<Measurement> MeasureAsync(
        TempFolder folder, HubStores stores, string variant, int records, int rounds)
    {
        // Hub, device and baseline live through all rounds, as in an app that has been running; each round brings new records.
        await using HubProcess hub = await HubProcess.StartAsync(stores.NewLocation(variant));
        await using var device = new BenchDevice(folder.NewFile("device"), hub.Address);
        using DirectSqlite? sqlite = variant == HubStores.Sqlite ? new(folder.NewFile("direct"), Durability.Full) : null;
        await using DirectPostgreSql? postgreSql = sqlite is null
            ? await DirectPostgreSql.OpenAsync(stores.NewLocation(variant))
            : null;
        long bytes = 0;
        int measured = 0;
        int compared = 0;
        (double seconds, double baseline) = await Rounds.RunAsync(
            Math.Max(rounds, 5),
            async () =>
            {
                (double taken, bytes) = await MeasureAsync(device, measured++ * records, records);
                return taken;
            },
            () => CompareAsync(sqlite, postgreSql, compared++ * records, records));
        return new Measurement
        {
            Scenario = Name,
            Variant = variant,
            Records = records,
            Seconds = seconds,
            OpsPerSecond = records / seconds,
            BaselineOpsPerSecond = records / baseline,
            Ratio = baseline / seconds,
            Bytes = bytes,
            PeakRssMb = PeakMemory.ReadMb(),
        };
    }

    private static async Task<(double Seconds, long Bytes)> MeasureAsync(BenchDevice device, int from, int records)
    {
        await device.FillAsync(from, records);
        long began = Stopwatch.GetTimestamp();
        SyncReport report = await device.SyncAsync();
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        Verify.Equal(records, report.PushedCount, "records pushed");
        Verify.Equal(0, (await device.Engine.GetJournalStatusAsync()).PendingCount, "operations left in the journal");
        return (seconds, report.Bytes.Sent + report.Bytes.Received);
    }

    // The database that the hub uses, used directly.
    private static async Task<double> CompareAsync(DirectSqlite? sqlite, DirectPostgreSql? postgreSql, int from, int records)
    {
        (string, byte[])[] rows = [.. Enumerable.Range(from, records).Select(i =>
            (Result.KeyOf(i), Serializer.Serialize(Result.Of(i)).ToArray()))];
        long began = Stopwatch.GetTimestamp();
        sqlite?.Write(rows, perTransaction: 1000);
        await (postgreSql?.WriteAsync(rows, perTransaction: 1000) ?? Task.CompletedTask);
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }
}
