using System.Diagnostics;
using Ordo.Sync.Benchmarks.Hosting;
using Ordo.Sync.Benchmarks.Reporting;
using Ordo.Sync.Engine.Syncing;

namespace Ordo.Sync.Benchmarks.Scenarios;

/// <summary>A sync with nothing to do. Its baseline is a bare request of the same size.</summary>
internal sealed class UpToDate : HubScenario
{
    private const int SyncCount = 200;

    public override string Name => "up-to-date";

    public override string Description => "a sync with nothing to do; one round trip, under 2 KB";

    public override int DefaultRecords => 10_000;

    protected override async Task<Measurement> MeasureAsync(
        TempFolder folder, HubStores stores, string variant, int records, int rounds)
    {
        await using HubProcess hub = await HubProcess.StartAsync(stores.NewLocation(variant));
        await using var device = new BenchDevice(folder.NewFile("device"), hub.Address);
        await device.FillAsync(0, records);
        await device.SyncAsync();
        using var client = new HttpClient();
        var times = new List<double>();
        SyncReport? last = null;
        (double seconds, double baseline) = await Rounds.RunAsync(
            rounds,
            async () =>
            {
                times.Clear();
                for (int i = 0; i < SyncCount; i++)
                {
                    long began = Stopwatch.GetTimestamp();
                    last = await device.SyncAsync();
                    times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                    Verify.Equal(1, last.RoundTripCount, "round trips");
                }

                return times.Sum() / 1000;
            },
            () => RequestAsync(client, hub.Address));
        return new Measurement
        {
            Scenario = Name,
            Variant = variant,
            Records = records,
            Seconds = seconds,
            OpsPerSecond = SyncCount / seconds,
            BaselineOpsPerSecond = SyncCount / baseline,
            Ratio = baseline / seconds,
            MedianMs = Rounds.Median(times),
            P99Ms = Rounds.Percentile(times, 0.99),
            Bytes = last!.Bytes.Sent + last.Bytes.Received,
            RoundTrips = last.RoundTripCount,
            PeakRssMb = PeakMemory.ReadMb(),
        };
    }

    private static async Task<double> RequestAsync(HttpClient client, Uri hub)
    {
        var missing = new Uri($"{hub}/nothing-here");
        long began = Stopwatch.GetTimestamp();
        for (int i = 0; i < SyncCount; i++)
        {
            using var body = new ByteArrayContent(new byte[128]);
            using HttpResponseMessage response = await client.PostAsync(missing, body);
            Verify.Equal(404, (int)response.StatusCode, "status of the bare request");
        }

        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }
}
