using System.Diagnostics;
using System.Text.Json;

namespace Ordo.Sync.Benchmarks.Hosting;

/// <summary>A device in a process of its own, so that the peak of its memory is its own.</summary>
internal sealed class DeviceProcess : IAsyncDisposable
{
    private readonly Process _process;

    private DeviceProcess(Process process) => _process = process;

    /// <summary>Starts it; it bootstraps at once.</summary>
    public static DeviceProcess Start(string file, Uri hub, DeviceRun run)
    {
        ProcessStartInfo start = Self.With("device", file, hub.ToString(), run.Profile);
        foreach ((string name, string value) in run.Environment)
        {
            start.Environment[name] = value;
        }

        return new DeviceProcess(Self.StartPiped(start));
    }

    /// <summary>Waits for the end of the step under way.</summary>
    public async Task<DeviceState> ReadAsync() =>
        JsonSerializer.Deserialize<DeviceState>(await Self.ReadLineAsync(_process))!;

    /// <summary>Lets it write, read and sync once more.</summary>
    public async Task<DeviceState> StepAsync()
    {
        await _process.StandardInput.WriteLineAsync("sync");
        await _process.StandardInput.FlushAsync();
        return await ReadAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
