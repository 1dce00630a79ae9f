using Ordo.Sync.Records;
using Ordo.Sync.Scheduling;

namespace Ordo.Sync.Engine.Watching;

/// <summary>
/// What one watcher has not taken yet: the newest state of each record, in the order in which records first changed. A slow
/// watcher misses intermediate states, never the last, and its queue is no larger than what changed.
/// </summary>
internal sealed class ChangeQueue(WatchFilter filter, Action<ChangeQueue> unsubscribe) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Queue<(string Scope, RecordKey Key)> _order = new();
    private readonly Dictionary<(string Scope, RecordKey Key), StoredChange> _changes = [];
    private readonly AsyncSemaphore _signal = new(0);
    private bool _isClosed;

    public WatchFilter Filter => filter;

    /// <summary>The changes that wait.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _order.Count;
            }
        }
    }

    public void Add(StoredChange change)
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                return;
            }

            (string Scope, RecordKey Key) name = (change.Scope, change.Key);
            if (!_changes.ContainsKey(name))
            {
                _order.Enqueue(name);
                _signal.Release();
            }

            _changes[name] = change;
        }
    }

    /// <summary>The next change; <see langword="null"/> once the watch is closed.</summary>
    public async ValueTask<StoredChange?> TakeAsync(CancellationToken cancellationToken)
    {
        await _signal.WaitAsync(cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            if (!_order.TryDequeue(out (string Scope, RecordKey Key) name))
            {
                _signal.Release();
                return null;
            }

            _changes.Remove(name, out StoredChange change);
            return change;
        }
    }

    public void Dispose()
    {
        unsubscribe(this);
        lock (_lock)
        {
            if (!_isClosed)
            {
                _isClosed = true;
                _signal.Release();
            }
        }
    }
}
