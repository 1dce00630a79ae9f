using System.Diagnostics;
using Ordo.Sync.Benchmarks.Hosting;
using Ordo.Sync.Benchmarks.Reporting;
using Ordo.Sync.Causality;
using Ordo.Sync.Http;
using Ordo.Sync.Replication.Messages;

namespace Ordo.Sync.Benchmarks.Scenarios;

/// <summary>Many live connections to one hub; a device writes, and all of them hear of it.</summary>
internal sealed class LiveDevices : IScenario
{
    private const int ChangeCount = 5;

    public string Name => "live-devices";

    public string Description => "1,000 devices listen to one hub; a write until each of them has heard of it";

    public int DefaultRecords => 1_000;

    public async IAsyncEnumerable<Measurement> RunAsync(int records, int rounds)
    {
        using var folder = new TempFolder();
        await using HubStores stores = await HubStores.OpenAsync(folder);
        foreach ((string variant, int instances) in stores.Layouts)
        {
            yield return await MeasureAsync(stores.NewLocation(variant), variant, instances, records);
        }
    }

    private async Task<Measurement> MeasureAsync(string location, string variant, int instances, int listenerCount)
    {
        const string Scope = "course/0";
        await using HubProcess hub = await HubProcess.StartAsync(location);

        // With two instances the writer is at the other one.
        await using HubProcess? other = instances == 2 ? await HubProcess.StartAsync(location) : null;
        using var client = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        var transport = new HttpSyncTransport(client, new HttpTransportOptions { BaseAddress = hub.Address });
        await using var writer = new LoadDevice((other ?? hub).Address, Scope);
        await writer.SyncAsync();
        using var stop = new CancellationTokenSource();
        IAsyncEnumerator<string>[] listeners = [.. Enumerable.Range(0, listenerCount).Select(i => transport
            .ListenAsync(new ListenRequest([new ReplicaId((UInt128)(i + 1))], [Scope]), stop.Token)
            .GetAsyncEnumerator(stop.Token))];
        bool[] greeted = await Task.WhenAll(listeners.Select(listener => listener.MoveNextAsync().AsTask()));
        Verify.Equal(listenerCount, greeted.Count(isListening => isListening), "listeners");
        var times = new List<double>();
        for (int change = 0; change < ChangeCount; change++)
        {
            await writer.WriteAsync($"change-{change}", 1);
            long began = Stopwatch.GetTimestamp();
            Task[] hearing = [.. listeners.Select(listener => HearAsync(listener, began, times))];
            await writer.SyncAsync();
            await Task.WhenAll(hearing);
        }

        await stop.CancelAsync();
        Verify.Equal(listenerCount * ChangeCount, times.Count, "changes heard");
        return new Measurement
        {
            Scenario = Name,
            Variant = $"{variant}{(instances == 1 ? string.Empty : " × 2, written at the other")}",
            Records = listenerCount,
            Seconds = times.Max() / 1000,
            OpsPerSecond = listenerCount / (times.Max() / 1000),
            MedianMs = Rounds.Median(times),
            P99Ms = Rounds.Percentile(times, 0.99),
            PeakRssMb = PeakMemory.ReadMb(),
        };
    }

    private static async Task HearAsync(IAsyncEnumerator<string> listener, long began, List<double> times)
    {
        Verify.Equal(true, await listener.MoveNextAsync(), "the listener still listens");
        double taken = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        lock (times)
        {
            times.Add(taken);
        }
    }
}
