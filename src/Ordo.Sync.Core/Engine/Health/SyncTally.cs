using System.Collections.Immutable;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Errors;
using Ordo.Sync.Records;

namespace Ordo.Sync.Engine.Health;

/// <summary>Keeps account of what syncs did and what the hub told of; in memory, from the engine's making. Thread-safe.</summary>
internal sealed class SyncTally
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LaneTally> _lanes = new(StringComparer.Ordinal);
    private readonly SortedDictionary<SyncErrorCode, long> _errors = [];
    private readonly LatencyWindow _latency = new();
    private SyncTotals _totals = new();
    private SyncAttempt? _last;
    private DateTimeOffset? _lastCompletedAt;
    private DateTimeOffset? _liveSince;
    private int _failuresInARow;

    /// <summary>Whether the hub tells of changes at the moment.</summary>
    public bool IsLive
    {
        get
        {
            lock (_lock)
            {
                return _liveSince is not null;
            }
        }
    }

    /// <summary>A sync ended with a report.</summary>
    public void OnSynced(SyncReport report, DateTimeOffset endedAt)
    {
        lock (_lock)
        {
            Enter(new SyncAttempt(endedAt, report.Duration, report.Status, report.Error));
            _totals = _totals with
            {
                PushedCount = _totals.PushedCount + report.PushedCount,
                PulledCount = _totals.PulledCount + report.PulledCount,
                ConflictCount = _totals.ConflictCount + report.ConflictCount,
                RejectedCount = _totals.RejectedCount + report.RejectedCount,
            };
            foreach (ScopeReport scope in report.Scopes)
            {
                string lane = ScopeLane.NameOf(scope.Scope, scope.IsEphemeral);
                LaneTally before = _lanes.GetValueOrDefault(lane);

                // What it was in step with is the hub as it stood when the sync began, at the latest.
                _lanes[lane] = before with
                {
                    Error = scope.Error,
                    InStepAt = scope.IsConverged ? endedAt - report.Duration : before.InStepAt,
                };
                if (scope.Error is { } error)
                {
                    Count(error.Code);
                }
            }

            if (report.Scopes.IsEmpty && report.Error is { } whole)
            {
                Count(whole.Code);
            }
        }
    }

    /// <summary>A sync ended because the local store failed.</summary>
    public void OnFailed(SyncException error, DateTimeOffset endedAt, TimeSpan duration)
    {
        lock (_lock)
        {
            Enter(new SyncAttempt(endedAt, duration, SyncStatus.Failed, error));
            Count(error.Code);
        }
    }

    /// <summary>Something is tried again after a failure.</summary>
    public void OnRetry()
    {
        lock (_lock)
        {
            _totals = _totals with { RetryCount = _totals.RetryCount + 1 };
        }
    }

    /// <summary>The hub told of a change in a lane.</summary>
    public void OnAnnounced(string lane, DateTimeOffset at)
    {
        lock (_lock)
        {
            _lanes[lane] = _lanes.GetValueOrDefault(lane) with { AnnouncedAt = at };
        }
    }

    /// <summary>The hub tells of changes from now on, or no longer.</summary>
    public void OnLive(bool isLive, DateTimeOffset at)
    {
        lock (_lock)
        {
            _liveSince = isLive ? at : null;
        }
    }

    /// <summary>Fills in what this keeps, for the lanes of each scope.</summary>
    /// <param name="report">The rest of the report.</param>
    /// <param name="lanesByScope">The names of the lanes, scope by scope.</param>
    public SyncHealthReport Complete(SyncHealthReport report, IEnumerable<IGrouping<string, string>> lanesByScope)
    {
        lock (_lock)
        {
            ImmutableArray<ScopeHealth> scopes = [.. lanesByScope.Select(OfScope)];
            return report with
            {
                Scopes = scopes,
                Lag = LagOf([.. lanesByScope.SelectMany(lanes => lanes)], report.MeasuredAt),
                IsLive = _liveSince is not null,
                LastSync = _last,
                LastCompletedAt = _lastCompletedAt,
                FailuresInARow = _failuresInARow,
                SyncLatency = _latency.Summarize(),
                Totals = _totals,
                Errors = _errors.ToImmutableSortedDictionary(),
            };
        }
    }

    /// <summary>How long ago the lane that is furthest behind held all that the hub had.</summary>
    public TimeSpan? LagOf(IReadOnlyCollection<string> lanes, DateTimeOffset now)
    {
        lock (_lock)
        {
            TimeSpan most = TimeSpan.Zero;
            foreach (string lane in lanes)
            {
                LaneTally tally = _lanes.GetValueOrDefault(lane);
                if (tally.InStepAt is not { } inStepAt)
                {
                    return null;
                }

                bool isCurrent = inStepAt >= _liveSince && !(tally.AnnouncedAt > inStepAt);
                TimeSpan behind = isCurrent ? TimeSpan.Zero : now - inStepAt;
                most = behind > most ? behind : most;
            }

            return lanes.Count == 0 ? null : most;
        }
    }

    private void Enter(SyncAttempt attempt)
    {
        _last = attempt;
        _latency.Add(attempt.Duration);
        _totals = _totals with { SyncCount = _totals.SyncCount + 1 };
        bool isCompleted = attempt.Status == SyncStatus.Completed;
        _failuresInARow = isCompleted ? 0 : _failuresInARow + 1;
        _lastCompletedAt = isCompleted ? attempt.EndedAt : _lastCompletedAt;
    }

    private void Count(SyncErrorCode code) => _errors[code] = _errors.GetValueOrDefault(code) + 1;

    private ScopeHealth OfScope(IGrouping<string, string> lanes)
    {
        DateTimeOffset? inStepAt = DateTimeOffset.MaxValue;
        SyncException? error = null;
        foreach (string lane in lanes)
        {
            LaneTally tally = _lanes.GetValueOrDefault(lane);
            inStepAt = tally.InStepAt is { } at && inStepAt is { } before ? (at < before ? at : before) : null;
            error ??= tally.Error;
        }

        return new ScopeHealth(lanes.Key, inStepAt, error);
    }

    private readonly record struct LaneTally(DateTimeOffset? InStepAt, DateTimeOffset? AnnouncedAt, SyncException? Error);
}
