namespace Ordo.Campus.Network.Streams;

/// <summary>How fast bytes go, and when they stop going.</summary>
/// <param name="BytesPerSecond">The bandwidth; <see langword="null"/> for all there is.</param>
/// <param name="Time">Measures the bandwidth.</param>
/// <param name="Cut">Cancelled when the connection breaks.</param>
internal sealed record Pace(int? BytesPerSecond, TimeProvider Time, CancellationToken Cut)
{
    /// <summary>Waits as long as so many bytes take.</summary>
    public Task WaitAsync(long bytes, CancellationToken cancellationToken) => BytesPerSecond is { } rate
        ? Task.Delay(TimeSpan.FromSeconds((double)bytes / rate), Time, cancellationToken)
        : Task.CompletedTask;
}
