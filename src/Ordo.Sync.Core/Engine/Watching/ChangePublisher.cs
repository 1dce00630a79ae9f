using System.Collections.Immutable;

namespace Ordo.Sync.Engine.Watching;

/// <summary>Hands committed changes to whoever watches their collection. Thread-safe; never waits for a watcher.</summary>
internal sealed class ChangePublisher
{
    private ImmutableArray<ChangeQueue> _watchers = [];

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

    public ChangeQueue Subscribe(WatchFilter filter)
    {
        var queue = new ChangeQueue(filter, Unsubscribe);
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
