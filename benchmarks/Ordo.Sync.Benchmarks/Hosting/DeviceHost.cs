using System.Diagnostics;
using System.Text.Json;
using Ordo.Sync.Engine.Resources;
using Ordo.Sync.Engine.Syncing;

namespace Ordo.Sync.Benchmarks.Hosting;

/// <summary>
/// A device's process: bootstraps, then at each line of standard input writes some records, reads some, and syncs; says a
/// <see cref="DeviceState"/> a step. Ends with standard input.
/// </summary>
internal static class DeviceHost
{
    public const int WritesPerRound = 100;

    public static async Task<int> RunAsync(string file, Uri hub, string profile)
    {
        await using var device = new BenchDevice(
            file, hub, profile: profile == "constrained" ? ResourceProfile.Constrained : ResourceProfile.Default);
        await device.Engine.OpenAsync();
        long began = Stopwatch.GetTimestamp();
        SyncReport report = await device.SyncAsync();
        await SayAsync(device, report, Stopwatch.GetElapsedTime(began));
        int round = 0;
        while (await Console.In.ReadLineAsync() is not null)
        {
            began = Stopwatch.GetTimestamp();
            await WriteAndReadAsync(device, ++round);
            report = await device.SyncAsync();
            await SayAsync(device, report, Stopwatch.GetElapsedTime(began));
        }

        return 0;
    }

    private static async Task WriteAndReadAsync(BenchDevice device, int round)
    {
        for (int i = 0; i < WritesPerRound; i++)
        {
            int number = (round * 7919) + (i * 104_729);
            string key = $"local/{number}";
            await device.Results.PutAsync(key, Result.Of(number));
            _ = await device.Results.GetAsync(key);
        }
    }

    private static async Task SayAsync(BenchDevice device, SyncReport report, TimeSpan taken)
    {
        MemoryReport memory = device.Engine.GetMemoryReport();
        using Process self = Process.GetCurrentProcess();
        var state = new DeviceState(
            taken.TotalSeconds,
            (await device.StatusAsync()).RecordCount,
            report.PulledCount,
            report.Bytes.Sent + report.Bytes.Received,
            self.PeakWorkingSet64,
            memory.WorkingSetBytes,
            memory.ManagedBytes,
            memory.Level.ToString(),
            memory.CompactionCount);
        await Console.Out.WriteLineAsync(JsonSerializer.Serialize(state));
        await Console.Out.FlushAsync();
    }
}
