namespace Ordo.Sync.Engine.Health;

/// <summary>The newest durations. For one caller at a time.</summary>
internal sealed class LatencyWindow
{
    private const int CountMax = 128;

    private readonly Queue<TimeSpan> _durations = new();

    public void Add(TimeSpan duration)
    {
        if (_durations.Count == CountMax)
        {
            _durations.Dequeue();
        }

        _durations.Enqueue(duration);
    }

    public LatencySummary Summarize()
    {
        if (_durations.Count == 0)
        {
            return LatencySummary.None;
        }

        TimeSpan[] sorted = [.. _durations.Order()];
        return new LatencySummary(sorted.Length, At(sorted, 0.5), At(sorted, 0.99), sorted[^1]);
    }

    // The nearest rank: the smallest duration that so large a share does not exceed.
    private static TimeSpan At(TimeSpan[] sorted, double share) => sorted[(int)Math.Ceiling(share * sorted.Length) - 1];
}
