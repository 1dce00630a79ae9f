using System.Diagnostics;
using System.Globalization;

namespace Ordo.Sync.Benchmarks.Hosting;

/// <summary>A device in a process of its own that writes records and pushes them, so that its memory counts elsewhere.</summary>
internal static class FillProcess
{
    public static async Task RunAsync(string file, Uri hub, int records)
    {
        ProcessStartInfo start = Self.With("fill", file, hub.ToString(), records.ToString(CultureInfo.InvariantCulture));
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("The filling device did not start.");
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"The filling device ended with {process.ExitCode}.");
        }
    }

    /// <summary>The process itself.</summary>
    public static async Task<int> FillAsync(string file, Uri hub, int records)
    {
        await using var device = new BenchDevice(file, hub);
        await device.FillAsync(0, records);
        await device.SyncAsync();
        return 0;
    }
}
