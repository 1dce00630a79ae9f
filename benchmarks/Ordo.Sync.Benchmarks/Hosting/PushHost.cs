using System.Diagnostics;
using System.Globalization;
using Ordo.Sync.Benchmarks.Reporting;
using Ordo.Sync.Benchmarks.Scenarios;
using Ordo.Sync.Engine.Syncing;

namespace Ordo.Sync.Benchmarks.Hosting;

/// <summary>
/// A device's process: at each line of standard input, "FROM COUNT", writes records, syncs, and says how many seconds the sync
/// took. Ends with standard input, and says then how many spans were made, and the peak
/// of its memory.
/// </summary>
internal static class PushHost
{
    public static async Task<int> RunAsync(string file, Uri hub, bool withTelemetry)
    {
        using Telemetry? telemetry = withTelemetry ? new Telemetry() : null;
        await using var device = new BenchDevice(file, hub);
        while (await Console.In.ReadLineAsync() is { } line)
        {
            int[] numbers = [.. line.Split(' ').Select(part => int.Parse(part, CultureInfo.InvariantCulture))];
            await SayAsync(await PushAsync(device, numbers[0], numbers[1]));
        }

        await SayAsync(telemetry?.SpanCount ?? 0);
        await SayAsync(PeakMemory.ReadMb());
        return 0;
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

    private static async Task SayAsync(double value)
    {
        await Console.Out.WriteLineAsync(value.ToString("R", CultureInfo.InvariantCulture));
        await Console.Out.FlushAsync();
    }
}
