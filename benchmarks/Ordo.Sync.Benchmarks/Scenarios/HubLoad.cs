using System.Diagnostics;
using Ordo.Sync.Benchmarks.Hosting;
using Ordo.Sync.Benchmarks.Reporting;
using Ordo.Sync.Engine;

namespace Ordo.Sync.Benchmarks.Scenarios;

/// <summary>
/// Devices that write and sync at once, against one hub or two over one database. All of them run in one process, so on a small
/// machine they take their share of what is measured.
/// </summary>
internal sealed class HubLoad : IScenario
{
    private const int RoundCount = 4;
    private const int WritesPerRound = 10;
    private const int DevicesPerScope = 25;

    private static readonly int[] DeviceCounts = [10, 100, 1_000];

    public string Name => "hub-load";

    public string Description => "10, 100, 1,000 devices write and sync at once, SQLite and PostgreSQL, one and two instances; no loss";

    public int DefaultRecords => 1_000;

    public async IAsyncEnumerable<Measurement> RunAsync(int records, int rounds)
    {
        using var folder = new TempFolder();
        await using HubStores stores = await HubStores.OpenAsync(folder);
        foreach ((string variant, int instances) in stores.Layouts)
        {
            foreach (int devices in DeviceCounts.Where(count => count <= records))
            {
                yield return await MeasureAsync(stores.NewLocation(variant), variant, instances, devices);
            }
        }
    }

    private async Task<Measurement> MeasureAsync(string location, string variant, int instances, int deviceCount)
    {
        var hubs = new List<HubProcess>();
        var devices = new List<LoadDevice>();
        try
        {
            for (int i = 0; i < instances; i++)
            {
                hubs.Add(await HubProcess.StartAsync(location));
            }

            for (int i = 0; i < deviceCount; i++)
            {
                devices.Add(new LoadDevice(hubs[i % instances].Address, ScopeOf(i)));
            }

            // Everybody has met the hub before, as on any day but the first.
            await Task.WhenAll(devices.Select(device => device.SyncAsync()));
            var times = new List<double>();
            long began = Stopwatch.GetTimestamp();
            await Task.WhenAll(devices.Select((device, i) => Task.Run(() => WorkAsync(device, i, times))));
            double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            await VerifyAsync(hubs, devices);
            int writes = deviceCount * RoundCount * WritesPerRound;
            return new Measurement
            {
                Scenario = Name,
                Variant = $"{deviceCount} devices, {variant}{(instances == 1 ? string.Empty : $" × {instances}")}",
                Records = writes,
                Seconds = seconds,
                OpsPerSecond = writes / seconds,
                MedianMs = Rounds.Median(times),
                P99Ms = Rounds.Percentile(times, 0.99),
                PeakRssMb = PeakMemory.ReadMb(),
            };
        }
        finally
        {
            foreach (LoadDevice device in devices)
            {
                await device.DisposeAsync();
            }

            foreach (HubProcess hub in hubs)
            {
                await hub.DisposeAsync();
            }
        }
    }

    private static string ScopeOf(int device) => $"course/{device / DevicesPerScope}";

    private static async Task WorkAsync(LoadDevice device, int number, List<double> times)
    {
        for (int round = 0; round < RoundCount; round++)
        {
            await device.WriteAsync($"{number}/{round}", WritesPerRound);
            long began = Stopwatch.GetTimestamp();
            await device.SyncAsync();
            double taken = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            lock (times)
            {
                times.Add(taken);
            }
        }
    }

    // Nothing is lost, nothing is there twice, and all who hold a scope hold the same, whichever instance they sync with.
    private static async Task VerifyAsync(List<HubProcess> hubs, List<LoadDevice> devices)
    {
        await Task.WhenAll(devices.Select(device => device.SyncAsync()));
        foreach (IGrouping<string, LoadDevice> scope in devices.GroupBy(device => device.ScopeName))
        {
            int expected = scope.Count() * RoundCount * WritesPerRound;
            var digests = new HashSet<UInt128>();
            foreach (LoadDevice device in scope)
            {
                ScopeStatus status = await device.StatusAsync();
                Verify.Equal(expected, status.RecordCount, $"records of {scope.Key}");
                digests.Add(status.Digest);
            }

            foreach (HubProcess hub in hubs)
            {
                await using var fresh = new LoadDevice(hub.Address, scope.Key);
                await fresh.SyncAsync();
                digests.Add((await fresh.StatusAsync()).Digest);
            }

            Verify.Equal(1, digests.Count, $"different states of {scope.Key}");
        }
    }
}
