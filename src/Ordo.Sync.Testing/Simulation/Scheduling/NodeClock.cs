namespace Ordo.Sync.Testing.Simulation.Scheduling;

/// <summary>The clock of one node: the world's time, wrong by an offset that may jump. Its stopwatch is never wrong.</summary>
internal sealed class NodeClock(SimulationLoop loop, DateTimeOffset start) : TimeProvider
{
    private TimeSpan _offset;

    /// <summary>How far the clock is ahead of the world's time.</summary>
    public TimeSpan Offset
    {
        get => _offset;
        set
        {
            WasWrong |= value != TimeSpan.Zero;
            _offset = value;
        }
    }

    /// <summary>Whether it ever was wrong.</summary>
    public bool WasWrong { get; private set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow() => start + loop.Elapsed + Offset;

    public override long GetTimestamp() => loop.Elapsed.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new RepeatingTimer(loop, () => callback(state), dueTime, period);

    private sealed class RepeatingTimer : ITimer
    {
        private readonly SimulationLoop _loop;
        private readonly Action _callback;
        private SimulatedTimer? _next;
        private TimeSpan _period;

        public RepeatingTimer(SimulationLoop loop, Action callback, TimeSpan dueTime, TimeSpan period)
        {
            _loop = loop;
            _callback = callback;
            Change(dueTime, period);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _next?.Dispose();
            _next = dueTime == Timeout.InfiniteTimeSpan ? null : _loop.After(dueTime, Fire);
            _period = period;
            return true;
        }

        public void Dispose() => _next?.Dispose();

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }

        private void Fire()
        {
            if (_period > TimeSpan.Zero)
            {
                _next = _loop.After(_period, Fire);
            }

            _callback();
        }
    }
}
