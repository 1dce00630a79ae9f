namespace Ordo.Sync.Diagnostics;

/// <summary>Checks stores for damage at an interval, since that reads everything, and keeps what it found. Thread-safe.</summary>
/// <param name="interval">How often; <see langword="null"/> for never.</param>
/// <param name="verify">The check: what is wrong, for people.</param>
/// <param name="time">The clock.</param>
public sealed class IntegrityWatch(
    TimeSpan? interval, Func<CancellationToken, ValueTask<IReadOnlyList<string>>> verify, TimeProvider time)
{
    private readonly Lock _lock = new();
    private IReadOnlyList<string> _problems = [];
    private long? _checkedAt;

    /// <summary>What was found by the last check; checks again where its time has come.</summary>
    public async ValueTask<IReadOnlyList<string>> LookAsync(CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            bool isDue = interval is { } pause && (_checkedAt is not { } at || time.GetElapsedTime(at) >= pause);
            if (!isDue)
            {
                return _problems;
            }

            // Whoever asks meanwhile is told what the check before has found.
            _checkedAt = time.GetTimestamp();
        }

        try
        {
            IReadOnlyList<string> problems = await verify(cancellationToken).ConfigureAwait(false);
            lock (_lock)
            {
                _problems = problems;
            }

            return problems;
        }
        catch
        {
            lock (_lock)
            {
                _checkedAt = null;
            }

            throw;
        }
    }
}
