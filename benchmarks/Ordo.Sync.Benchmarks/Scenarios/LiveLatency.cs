using System.Diagnostics;
using Ordo.Sync.Benchmarks.Hosting;
using Ordo.Sync.Benchmarks.Reporting;
using Ordo.Sync.Engine.Watching;

namespace Ordo.Sync.Benchmarks.Scenarios;

/// <summary>
/// A commit on device A until a watcher on device B sees it, both live, by way of a hub in a process of its own; one change after
/// another, each durable on A, at the hub and on B before it is seen.
/// </summary>
internal sealed class LiveLatency : IScenario
{
    // Until then the runtime compiles what is called often once more, in three processes on the same processors.
    private const int WarmUpCount = 3_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public string Name => "live-latency";

    public string Description => "a commit on A until a watcher on B sees it, live, over HTTP; median under 3 ms, p99 under 12 ms";

    public int DefaultRecords => 1_000;

    public async IAsyncEnumerable<Measurement> RunAsync(int records, int rounds)
    {
        using var folder = new TempFolder();
        await using HubStores stores = await HubStores.OpenAsync(folder);
        foreach ((string variant, int instances) in stores.Layouts)
        {
            yield return await MeasureAsync(folder, stores.NewLocation(variant), variant, instances, records);
        }
    }

    private async Task<Measurement> MeasureAsync(
        TempFolder folder, string location, string variant, int instances, int records)
    {
        await using HubProcess hub = await HubProcess.StartAsync(location);
        await using HubProcess? other = instances == 2 ? await HubProcess.StartAsync(location) : null;
        await using LiveDevice a = await LiveDevice.StartAsync(folder.NewFile("a"), hub.Address);
        await using LiveDevice b = await LiveDevice.StartAsync(folder.NewFile("b"), (other ?? hub).Address);
        using var patience = new CancellationTokenSource(Patience);
        await using IAsyncEnumerator<RecordChange<Result>> watch =
            b.Results.WatchAsync(patience.Token).GetAsyncEnumerator(patience.Token);
        var times = new List<double>();
        for (int i = 0; i < WarmUpCount + records; i++)
        {
            patience.CancelAfter(Patience);
            ValueTask<bool> next = watch.MoveNextAsync();
            await a.Results.PutAsync(Result.KeyOf(i), Result.Of(i));
            long committed = Stopwatch.GetTimestamp();
            Verify.Equal(true, await next, "the watcher still watches");
            double taken = Stopwatch.GetElapsedTime(committed).TotalMilliseconds;
            Verify.Equal(Result.KeyOf(i), watch.Current.Key, "record seen");
            if (i >= WarmUpCount)
            {
                times.Add(taken);
            }
        }

        return new Measurement
        {
            Scenario = Name,
            Variant = $"{variant}{(instances == 1 ? string.Empty : " × 2, written at the other")}",
            Records = records,
            Seconds = times.Sum() / 1000,
            OpsPerSecond = records / (times.Sum() / 1000),
            MedianMs = Rounds.Median(times),
            P99Ms = Rounds.Percentile(times, 0.99),
            PeakRssMb = PeakMemory.ReadMb(),
        };
    }
}
