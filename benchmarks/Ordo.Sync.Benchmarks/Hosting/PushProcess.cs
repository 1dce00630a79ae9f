using System.Diagnostics;
using System.Globalization;

namespace Ordo.Sync.Benchmarks.Hosting;

/// <summary>A device that pushes, in a process of its own: who listens to telemetry there hears nobody else.</summary>
internal sealed class PushProcess : IAsyncDisposable
{
    private readonly Process _process;

    private PushProcess(Process process) => _process = process;

    /// <summary>Starts it; what it reads is in <see cref="PushHost"/>.</summary>
    public static PushProcess Start(string file, Uri hub, bool withTelemetry)
    {
        ProcessStartInfo start = Self.With("push", file, hub.ToString());
        if (withTelemetry)
        {
            start.ArgumentList.Add("--telemetry");
        }

        return new PushProcess(Self.StartPiped(start));
    }

    /// <summary>Lets it write records and push them.</summary>
    /// <returns>How many seconds the push took.</returns>
    public async Task<double> PushAsync(int from, int records)
    {
        await _process.StandardInput.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{from} {records}"));
        await _process.StandardInput.FlushAsync();
        return await ReadAsync();
    }

    /// <summary>Lets it end.</summary>
    /// <returns>How many spans it made, and the peak of its memory.</returns>
    public async Task<(double SpanCount, double PeakRssMb)> EndAsync()
    {
        _process.StandardInput.Close();
        double spans = await ReadAsync();
        double peak = await ReadAsync();
        return (spans, peak);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<double> ReadAsync() =>
        double.Parse(await Self.ReadLineAsync(_process), CultureInfo.InvariantCulture);
}
