using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Replication.Live;

namespace Ordo.Sync.Engine.Watching;

/// <summary>Hands committed changes to whoever watches their collection. Thread-safe; never waits for a watcher.</summary>
internal sealed class ChangePublisher
{
    private ImmutableArray<ChangeQueue> _watchers = [];

    /// <summary>Raised, after a commit, with each lane whose records it changed.</summary>
    public event Action<ScopeChange>? LaneChanged;

    /// <summary>The changes that watchers have not taken.</summary>
    public long BacklogCount => _watchers.Sum(watcher => (long)watcher.Count);

    public bool IsWatched(string scope, string collection, bool isConflict)
    {
        foreach (ChangeQueue watcher in _watchers)
        {
            if (watcher.Filter.Matches(scope, collection, isConflict))
            {
                return true;
            }
        }

        return false;
    }

    public void Publish(StoredChange change)
    {
        foreach (ChangeQueue watcher in _watchers)
        {
            if (watcher.Filter.Matches(
                change.Scope, change.Key.Collection, change.WaitedBefore || change.WaitsNow))
            {
                watcher.Add(change);
            }
        }
    }

    /// <summary>Tells that records of a lane changed.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="origin">The peer that brought the changes here; empty for all others.</param>
    public void Tell(string lane, ReplicaId origin) => LaneChanged?.Invoke(new ScopeChange(lane, origin));

    /// <summary>Tells those who watch conflicts, and nobody else: no record changed.</summary>
    public void PublishConflict(StoredChange change)
    {
        foreach (ChangeQueue watcher in _watchers)
        {
            if (watcher.Filter.ConflictsOnly && watcher.Filter.Matches(change.Scope, change.Key.Collection, isConflict: true))
            {
                watcher.Add(change);
            }
        }
    }

    /// <summary>Tells those who keep what is stored to read it anew: more has changed in a lane than can be told one by one.</summary>
    public void Renew(string lane)
    {
        foreach (ChangeQueue watcher in _watchers)
        {
            if (watcher.Filter.Scope is null || string.Equals(watcher.Filter.Scope, lane, StringComparison.Ordinal))
            {
                watcher.Renew();
            }
        }
    }

    /// <summary>Begins to hear of changes.</summary>
    /// <param name="filter">Of which.</param>
    /// <param name="countMax">How many may wait; a watcher that sets a bound reads anew when more do.</param>
    public ChangeQueue Subscribe(WatchFilter filter, int countMax = int.MaxValue)
    {
        var queue = new ChangeQueue(filter, countMax, Unsubscribe);
        ImmutableInterlocked.Update(ref _watchers, static (watchers, queue) => watchers.Add(queue), queue);
        return queue;
    }

    public void Close()
    {
        foreach (ChangeQueue watcher in _watchers)
        {
            watcher.Dispose();
        }
    }

    private void Unsubscribe(ChangeQueue queue) =>
        ImmutableInterlocked.Update(ref _watchers, static (watchers, queue) => watchers.Remove(queue), queue);
}
