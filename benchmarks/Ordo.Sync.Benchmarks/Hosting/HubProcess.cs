using System.Diagnostics;

namespace Ordo.Sync.Benchmarks.Hosting;

/// <summary>A hub in a process of its own, so that a device's memory and time are its own.</summary>
internal sealed class HubProcess : IAsyncDisposable
{
    private readonly Process _process;

    private HubProcess(Process process, Uri address)
    {
        _process = process;
        Address = address;
    }

    public Uri Address { get; }

    public static async Task<HubProcess> StartAsync(string file, bool withBlobs = false, bool withTelemetry = false)
    {
        ProcessStartInfo start = Self.With("hub", file);
        if (withBlobs)
        {
            start.ArgumentList.Add("--blobs");
        }

        if (withTelemetry)
        {
            start.ArgumentList.Add("--telemetry");
        }

        Process process = Self.StartPiped(start);
        return new HubProcess(process, new Uri(await Self.ReadLineAsync(process)));
    }

    public async ValueTask DisposeAsync()
    {
        // The hub ends with its standard input.
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
