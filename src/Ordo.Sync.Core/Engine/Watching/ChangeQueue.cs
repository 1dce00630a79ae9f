using Ordo.Sync.Records;

namespace Ordo.Sync.Engine.Watching;

/// <summary>
/// What one watcher has not taken yet: the newest state of each record, in the order in which records first changed. A slow
/// watcher misses intermediate states, never the last, and its queue is no larger than what changed.
/// </summary>
internal sealed class ChangeQueue(string scope, string collection, Action<ChangeQueue> unsubscribe) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Queue<RecordKey> _order = new();
    private readonly Dictionary<RecordKey, StoredChange> _changes = [];
    private readonly SemaphoreSlim _signal = new(0);
    private bool _isClosed;

    public bool Matches(string changedScope, string changedCollection) =>
        string.Equals(changedScope, scope, StringComparison.Ordinal)
        && string.Equals(changedCollection, collection, StringComparison.Ordinal);

    public void Add(StoredChange change)
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                return;
            }

            if (!_changes.ContainsKey(change.Key))
            {
                _order.Enqueue(change.Key);
                _signal.Release();
            }

            _changes[change.Key] = change;
        }
    }

    /// <summary>The next change; <see langword="null"/> once the watch is closed.</summary>
    public async ValueTask<StoredChange?> TakeAsync(CancellationToken cancellationToken)
    {
        await _signal.WaitAsync(cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            if (!_order.TryDequeue(out RecordKey key))
            {
                _signal.Release();
                return null;
            }

            _changes.Remove(key, out StoredChange change);
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
