using System.Diagnostics;
using Ordo.Sync.Benchmarks.Hosting;
using Ordo.Sync.Benchmarks.Reporting;
using Ordo.Sync.Engine.Syncing;

namespace Ordo.Sync.Benchmarks.Scenarios;

/// <summary>What telemetry costs: <c>push</c> with metrics and traces on device and hub, against <c>push</c> without.</summary>
internal sealed class PushTelemetry : IScenario
{
    private const int RoundsMin = 24;

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
        var measured = new List<double>();
        var compared = new List<double>();
        for (int round = 0; round <= Math.Max(rounds, RoundsMin); round++)
        {
            // Whoever comes second finds a warmer machine: each is second every other time. The first round warms up.
            bool isFirst = round % 2 == 0;
            double before = isFirst ? 0 : await PushAsync(plain, round * records, records);
            double taken = await PushObservedAsync(observed, round * records, records);
            double theirs = isFirst ? await PushAsync(plain, round * records, records) : before;
            if (round > 0)
            {
                measured.Add(taken);
                compared.Add(theirs);
            }
        }

        double seconds = Rounds.Median(measured);
        double baseline = Rounds.Median(compared);
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

    // Listeners hear every engine of the process: they are there while this one is measured only.
    private static async Task<double> PushObservedAsync(BenchDevice device, int from, int records)
    {
        using var telemetry = new Telemetry();
        double seconds = await PushAsync(device, from, records);
        Verify.Equal(true, telemetry.SpanCount > 0, "spans were made");
        return seconds;
    }

    private static async Task<double> PushAsync(BenchDevice device, int from, int records)
    {
        await device.FillAsync(from, records);
        long began = Stopwatch.GetTimestamp();
        SyncReport report = await device.SyncAsync();
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        Verify.Equal(records, report.PushedCount, "records pushed");
        return seconds;
    }
}
