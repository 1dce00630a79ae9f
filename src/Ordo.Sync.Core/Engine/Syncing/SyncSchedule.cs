using Ordo.Sync.Causality;
using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.Errors;
using Ordo.Sync.Records;

namespace Ordo.Sync.Engine.Syncing;

/// <summary>
/// When the background loop syncs which lanes: all at each interval, all after a pause where the hub failed, and a lane whose own sync
/// failed after a pause of its own, so that one scope that is refused slows no other. For the one loop.
/// </summary>
internal sealed class SyncSchedule(SyncOptions options, TimeProvider time, EntropySource entropy)
{
    private readonly Dictionary<string, LanePause> _pauses = new(StringComparer.Ordinal);
    private long _sinceAll = time.GetTimestamp();
    private long _sinceNoted = time.GetTimestamp();
    private int _failures;
    private TimeSpan? _wait;

    /// <summary>Whether the hub as a whole failed last time: until the pause is over, no lane is synced because of a write.</summary>
    public bool IsHubFailing => _failures > 0;

    /// <summary>Whether something is tried that failed before.</summary>
    public bool IsRetry => IsHubFailing || _pauses.Values.Any(IsOver);

    /// <summary>Chooses the lanes to sync now: what was asked for and what is due, without those that pause.</summary>
    /// <param name="requested">What was asked for; <see langword="null"/> for all.</param>
    /// <param name="all">The lanes of this device.</param>
    public IReadOnlyCollection<string> Choose(IReadOnlyCollection<string>? requested, IReadOnlyCollection<string> all)
    {
        if (requested is null)
        {
            _sinceAll = time.GetTimestamp();
        }

        foreach (string left in _pauses.Keys.Except(all, StringComparer.Ordinal).ToArray())
        {
            _pauses.Remove(left);
        }

        return [.. all.Where(lane => _pauses.TryGetValue(lane, out LanePause pause)
            ? IsOver(pause)
            : requested?.Contains(lane) != false)];
    }

    /// <summary>Notes how a sync ended.</summary>
    public void Note(SyncReport report)
    {
        foreach (ScopeReport scope in report.Scopes)
        {
            NoteLane(ScopeLane.NameOf(scope.Scope, scope.IsEphemeral), scope);
        }

        bool isHubFailing = report.Error is not null
            && (report.Scopes.IsEmpty || report.Scopes.Any(scope => scope.Error is { } error && SyncCoordinator.EndsSync(error.Code)));
        if (isHubFailing)
        {
            NoteFailure(report.Scopes.Max(scope => scope.Error?.RetryAfter) ?? report.Error!.RetryAfter);
            return;
        }

        // A scope at its quota is read all the same; what is to be pushed waits until then.
        TimeSpan? quota = report.Scopes
            .Where(scope => scope.Error is { Code: SyncErrorCode.QuotaExceeded })
            .Max(scope => scope.Error!.RetryAfter);
        _failures = 0;
        _sinceNoted = time.GetTimestamp();
        _wait = quota is null ? null : Backoff.Next(failures: 1, options, entropy, quota);
    }

    /// <summary>Notes that a sync threw, or that the hub failed.</summary>
    public void NoteFailure(TimeSpan? retryAfter = null)
    {
        _failures++;
        _sinceNoted = time.GetTimestamp();
        _wait = Backoff.Next(_failures, options, entropy, retryAfter);
    }

    /// <summary>How long until something is due, in whole milliseconds: timers count no less, and woken before it nothing would be due.</summary>
    public TimeSpan NextIn()
    {
        if (IsHubFailing)
        {
            return RoundUp(_wait!.Value - time.GetElapsedTime(_sinceNoted));
        }

        TimeSpan next = options.Interval - time.GetElapsedTime(_sinceAll);
        if (_wait is { } wait)
        {
            next = Min(next, wait - time.GetElapsedTime(_sinceNoted));
        }

        return RoundUp(_pauses.Values.Aggregate(
            next, (least, pause) => Min(least, pause.Wait - time.GetElapsedTime(pause.Since))));
    }

    /// <summary>What is due now, the pause being over: lanes by name, <see langword="null"/> for all.</summary>
    public IReadOnlyCollection<string>? Due() =>
        _wait is not null || time.GetElapsedTime(_sinceAll) >= options.Interval
            ? null
            : [.. _pauses.Where(pause => IsOver(pause.Value)).Select(pause => pause.Key)];

    // What could be read needs no pause: the next sync tells again that writes are refused.
    private void NoteLane(string lane, ScopeReport scope)
    {
        if (scope.Error is null or { Code: SyncErrorCode.QuotaExceeded }
            || (scope.Session is not null && scope.Error.Code == SyncErrorCode.Forbidden))
        {
            _pauses.Remove(lane);
        }
        else if (!SyncCoordinator.EndsSync(scope.Error.Code))
        {
            int failures = _pauses.TryGetValue(lane, out LanePause before) ? before.Failures + 1 : 1;
            _pauses[lane] = new LanePause(
                failures, time.GetTimestamp(), Backoff.Next(failures, options, entropy, scope.Error.RetryAfter));
        }
    }

    private bool IsOver(LanePause pause) => time.GetElapsedTime(pause.Since) >= pause.Wait;

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private static TimeSpan RoundUp(TimeSpan wait) => wait > TimeSpan.Zero
        ? TimeSpan.FromMilliseconds((wait.Ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond)
        : TimeSpan.Zero;

    private readonly record struct LanePause(int Failures, long Since, TimeSpan Wait);
}
