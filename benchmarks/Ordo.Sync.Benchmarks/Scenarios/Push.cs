using System.Diagnostics;
using Ordo.Sync.Benchmarks.Baselines;
using Ordo.Sync.Benchmarks.Hosting;
using Ordo.Sync.Benchmarks.Reporting;
using Ordo.Sync.Engine.Payloads;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Benchmarks.Scenarios;

/// <summary>Queued writes until the hub has stored and acknowledged them durably.</summary>
internal sealed class Push : IScenario
{
    private static readonly MessagePackPayloadSerializer Serializer = new();

    public string Name => "push";

    public string Description =>
        "10,000 queued writes until the hub has acknowledged them; at least 20,000/s and 0.4 × its direct SQLite batch insert";

    public int DefaultRecords => 10_000;

    public async IAsyncEnumerable<Measurement> RunAsync(int records, int rounds)
    {
        using var folder = new TempFolder();
        long bytes = 0;
        (double seconds, double baseline) = await Rounds.RunAsync(
            rounds,
            async () =>
            {
                (double taken, bytes) = await MeasureAsync(folder, records);
                return taken;
            },
            () => Task.FromResult(Compare(folder.NewFile("direct"), records)));
        yield return new Measurement
        {
            Scenario = Name,
            Variant = "SQLite hub",
            Records = records,
            Seconds = seconds,
            OpsPerSecond = records / seconds,
            BaselineOpsPerSecond = records / baseline,
            Ratio = baseline / seconds,
            Bytes = bytes,
            PeakRssMb = PeakMemory.ReadMb(),
        };
    }

    private static async Task<(double Seconds, long Bytes)> MeasureAsync(TempFolder folder, int records)
    {
        await using HubProcess hub = await HubProcess.StartAsync(folder.NewFile("hub"));
        await using var device = new BenchDevice(folder.NewFile("device"), hub.Address);

        // One record first: connection and code are warm then, as in an app that has been running.
        await device.FillAsync(0, 1);
        await device.SyncAsync();
        await device.FillAsync(1, records);
        long began = Stopwatch.GetTimestamp();
        SyncReport report = await device.SyncAsync();
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        Verify.Equal(records, report.PushedCount, "records pushed");
        Verify.Equal(0, (await device.Engine.GetJournalStatusAsync()).PendingCount, "operations left in the journal");
        return (seconds, report.Bytes.Sent + report.Bytes.Received);
    }

    private static double Compare(string file, int records)
    {
        (string, byte[])[] rows = [.. Enumerable.Range(0, records).Select(i =>
            (Result.KeyOf(i), Serializer.Serialize(Result.Of(i)).ToArray()))];
        using var direct = new DirectSqlite(file, Durability.Full);
        long began = Stopwatch.GetTimestamp();
        direct.Write(rows, perTransaction: 1000);
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }
}
