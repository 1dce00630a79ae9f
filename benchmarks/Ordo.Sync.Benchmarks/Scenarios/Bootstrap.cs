using System.Diagnostics;
using Ordo.Sync.Benchmarks.Baselines;
using Ordo.Sync.Benchmarks.Hosting;
using Ordo.Sync.Benchmarks.Reporting;
using Ordo.Sync.Engine.Payloads;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Benchmarks.Scenarios;

/// <summary>A new device receives a scope and stores it durably. The hub and who fills it are processes of their own.</summary>
internal sealed class Bootstrap : HubScenario
{
    private static readonly MessagePackPayloadSerializer Serializer = new();

    public override string Name => "bootstrap";

    public override string Description => "a new device receives 100,000 records and stores them durably; at least 50,000/s, linear";

    public override int DefaultRecords => 100_000;

    protected override async Task<Measurement> MeasureAsync(
        TempFolder folder, HubStores stores, string variant, int records, int rounds)
    {
        await using HubProcess hub = await HubProcess.StartAsync(stores.NewLocation(variant));
        await FillProcess.RunAsync(folder.NewFile("filler"), hub.Address, records);
        long bytes = 0;
        (double seconds, double baseline) = await Rounds.RunAsync(
            rounds,
            async () =>
            {
                (double taken, bytes) = await MeasureAsync(folder.NewFile("device"), hub.Address, records);
                return taken;
            },
            () => Task.FromResult(Compare(folder.NewFile("direct"), records)));
        double peak = await MeasurePeakAsync(folder.NewFile("device"), hub.Address, records);
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
            PeakRssMb = peak,
        };
    }

    private static async Task<(double Seconds, long Bytes)> MeasureAsync(string file, Uri hub, int records)
    {
        await using var device = new BenchDevice(file, hub);
        await device.Engine.OpenAsync();
        long began = Stopwatch.GetTimestamp();
        SyncReport report = await device.SyncAsync();
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        Verify.Equal(records, (await device.StatusAsync()).RecordCount, "records received");
        return (seconds, report.Bytes.Sent + report.Bytes.Received);
    }

    // Once more in a process of its own: what this one took for the rounds before is not the device's.
    private static async Task<double> MeasurePeakAsync(string file, Uri hub, int records)
    {
        await using DeviceProcess device = DeviceProcess.Start(file, hub, DeviceRun.Default);
        DeviceState state = await device.ReadAsync();
        Verify.Equal(records, state.RecordCount, "records received");
        return Math.Round(state.PeakBytes / (1024.0 * 1024.0), 1);
    }

    private static double Compare(string file, int records)
    {
        using var direct = new DirectSqlite(file, Durability.Full);
        double seconds = 0;
        foreach (int[] part in Enumerable.Range(0, records).Chunk(10_000))
        {
            (string, byte[])[] rows = [.. part.Select(i => (Result.KeyOf(i), Serializer.Serialize(Result.Of(i)).ToArray()))];
            long began = Stopwatch.GetTimestamp();
            direct.Write(rows, perTransaction: 10_000);
            seconds += Stopwatch.GetElapsedTime(began).TotalSeconds;
        }

        return seconds;
    }
}
