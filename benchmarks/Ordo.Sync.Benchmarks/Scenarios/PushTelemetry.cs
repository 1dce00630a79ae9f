using System.Diagnostics;
using Ordo.Sync.Benchmarks.Hosting;
using Ordo.Sync.Benchmarks.Reporting;
using Ordo.Sync.Engine.Syncing;

namespace Ordo.Sync.Benchmarks.Scenarios;

/// <summary>What telemetry costs: <c>push</c> with metrics and traces on device and hub, against <c>push</c> without.</summary>
internal sealed class PushTelemetry : IScenario
{
    public string Name => "push-telemetry";

    public string Description =>
        "push with OpenTelemetry metrics and traces on device and hub, against push without; at least 0.97";

    public int DefaultRecords => 10_000;

    public async IAsyncEnumerable<Measurement> RunAsync(int records, int rounds)
    {
        using var folder = new TempFolder();
        await using HubProcess observedHub = await HubProcess.StartAsync(folder.NewFile("observed-hub"), withTelemetry: true);
        await using HubProcess plainHub = await HubProcess.StartAsync(folder.NewFile("plain-hub"));
        await using var observed = new BenchDevice(folder.NewFile("observed"), observedHub.Address);
        await using var plain = new BenchDevice(folder.NewFile("plain"), plainHub.Address);
        int measured = 0;
        int compared = 0;
        (double seconds, double baseline) = await Rounds.RunAsync(
            Math.Max(rounds, 15),
            async () =>
            {
                // Listeners hear every engine of the process: they are there while this one is measured only.
                await observed.FillAsync(measured * records, records);
                using var telemetry = new Telemetry();
                double taken = await PushAsync(observed, records);
                measured++;
                Verify.Equal(true, telemetry.SpanCount > 0, "spans were made");
                return taken;
            },
            async () =>
            {
                await plain.FillAsync(compared++ * records, records);
                return await PushAsync(plain, records);
            });
        yield return new Measurement
        {
            Scenario = Name,
            Variant = "metrics and traces, SQLite hub",
            Records = records,
            Seconds = seconds,
            OpsPerSecond = records / seconds,
            BaselineOpsPerSecond = records / baseline,
            Ratio = baseline / seconds,
            PeakRssMb = PeakMemory.ReadMb(),
        };
    }

    private static async Task<double> PushAsync(BenchDevice device, int records)
    {
        long began = Stopwatch.GetTimestamp();
        SyncReport report = await device.SyncAsync();
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        Verify.Equal(records, report.PushedCount, "records pushed");
        return seconds;
    }
}
