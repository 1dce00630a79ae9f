using Ordo.Sync.Benchmarks.Hosting;
using Ordo.Sync.Benchmarks.Reporting;

namespace Ordo.Sync.Benchmarks.Scenarios;

/// <summary>
/// What telemetry costs: <c>push</c> with metrics and traces on device and hub, against <c>push</c> without. Both devices and both
/// hubs are processes of their own that live through all rounds, so that only one side of the comparison has listeners.
/// </summary>
internal sealed class PushTelemetry : IScenario
{
    private const int RoundsMin = 24;
    private const int WarmUps = 6;

    public string Name => "push-telemetry";

    public string Description =>
        "push with OpenTelemetry metrics and traces on device and hub, against push without; at least 0.97";

    public int DefaultRecords => 10_000;

    public async IAsyncEnumerable<Measurement> RunAsync(int records, int rounds)
    {
        using var folder = new TempFolder();
        await using HubProcess observedHub = await HubProcess.StartAsync(folder.NewFile("observed-hub"), withTelemetry: true);
        await using HubProcess plainHub = await HubProcess.StartAsync(folder.NewFile("plain-hub"));
        await using var observed = PushProcess.Start(folder.NewFile("observed"), observedHub.Address, withTelemetry: true);
        await using var plain = PushProcess.Start(folder.NewFile("plain"), plainHub.Address, withTelemetry: false);
        var measured = new List<double>();
        var compared = new List<double>();
        for (int round = 0; round < WarmUps + Math.Max(rounds, RoundsMin); round++)
        {
            // Whoever comes second finds a warmer machine: each is second every other time.
            bool isFirst = round % 2 == 0;
            double before = isFirst ? 0 : await plain.PushAsync(round * records, records);
            double taken = await observed.PushAsync(round * records, records);
            double theirs = isFirst ? await plain.PushAsync(round * records, records) : before;
            if (round >= WarmUps)
            {
                measured.Add(taken);
                compared.Add(theirs);
            }
        }

        (double spans, double peak) = await observed.EndAsync();
        Verify.Equal(true, spans > 0, "spans were made");
        Verify.Equal(0, (await plain.EndAsync()).SpanCount, "spans without telemetry");
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
            PeakRssMb = peak,
        };
    }
}
