using System.Collections.Immutable;

namespace Ordo.Sync.Engine.Watching;

/// <summary>Hands committed changes to whoever watches their collection. Thread-safe; never waits for a watcher.</summary>
internal sealed class ChangePublisher
{
    private ImmutableArray<ChangeQueue> _watchers = [];

    public bool IsWatched(string scope, string collection)
    {
        foreach (ChangeQueue watcher in _watchers)
        {
            if (watcher.Matches(scope, collection))
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
            if (watcher.Matches(change.Scope, change.Key.Collection))
            {
                watcher.Add(change);
            }
        }
    }

    public ChangeQueue Subscribe(string scope, string collection)
    {
        var queue = new ChangeQueue(scope, collection, Unsubscribe);
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
