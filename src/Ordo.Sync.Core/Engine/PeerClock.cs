namespace Ordo.Sync.Engine;

/// <summary>
/// The clock that versions are stamped by: this machine's, moved by the offset to the hub measured at each sync, so that a
/// device whose clock is wrong stamps like all others. Thread-safe.
/// </summary>
/// <param name="time">This machine's clock.</param>
internal sealed class PeerClock(TimeProvider time)
{
    private long _offsetTicks;

    /// <summary>How far the hub's clock is ahead of this machine's.</summary>
    public TimeSpan Offset
    {
        get => new(Interlocked.Read(ref _offsetTicks));
        set => Interlocked.Exchange(ref _offsetTicks, value.Ticks);
    }

    /// <summary>This machine's clock, for durations.</summary>
    public TimeProvider Time => time;

    /// <summary>The time at the hub, as far as known.</summary>
    public DateTimeOffset Now => time.GetUtcNow() + Offset;
}
