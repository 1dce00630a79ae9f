using Ordo.Sync.Records;
using Ordo.Sync.Scheduling;

namespace Ordo.Sync.Engine.Watching;

/// <summary>
/// What one watcher has not taken yet: the newest state of each record, in the order in which records first changed. A slow
/// watcher misses intermediate states, never the last, and its queue is no larger than what changed. One that reads anew when it
/// has missed too much bounds it besides.
/// </summary>
/// <param name="filter">What it wants to hear of.</param>
/// <param name="countMax">How many changes may wait; beyond, all are dropped, and the watcher is told to read anew.</param>
/// <param name="unsubscribe">Is called when the watch ends.</param>
internal sealed class ChangeQueue(WatchFilter filter, int countMax, Action<ChangeQueue> unsubscribe) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Queue<(string Scope, RecordKey Key)> _order = new();
    private readonly Dictionary<(string Scope, RecordKey Key), StoredChange> _changes = [];
    private readonly AsyncSemaphore _signal = new(0);
    private bool _isClosed;
    private bool _hasOverflowed;

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
            // Whoever is to read anew learns of this change when it does.
            if (_isClosed || _hasOverflowed)
            {
                return;
            }

            (string Scope, RecordKey Key) name = (change.Scope, change.Key);
            if (!_changes.ContainsKey(name))
            {
                if (_order.Count == countMax)
                {
                    Overflow();
                    return;
                }

                _order.Enqueue(name);
                Signal();
            }

            _changes[name] = change;
        }
    }

    /// <summary>Drops what waits and asks a watcher who bounds its queue to read anew.</summary>
    public void Renew()
    {
        lock (_lock)
        {
            if (countMax != int.MaxValue && !_isClosed)
            {
                Overflow();
            }
        }
    }

    /// <summary>The next change; <see langword="null"/> once the watch is closed. For watchers without a bound.</summary>
    public async ValueTask<StoredChange?> TakeAsync(CancellationToken cancellationToken)
    {
        var taken = new List<StoredChange>(1);
        return await TakeAsync(taken, takeMax: 1, cancellationToken).ConfigureAwait(false) == ChangeQueueState.Changed
            ? taken[0]
            : null;
    }

    /// <summary>Waits for changes, and takes those there are.</summary>
    /// <param name="into">Receives them.</param>
    /// <param name="takeMax">The most to take.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<ChangeQueueState> TakeAsync(
        List<StoredChange> into, int takeMax, CancellationToken cancellationToken)
    {
        while (true)
        {
            await _signal.WaitAsync(cancellationToken).ConfigureAwait(false);
            lock (_lock)
            {
                if (_hasOverflowed)
                {
                    _hasOverflowed = false;
                    if (_isClosed)
                    {
                        Signal();
                    }

                    return ChangeQueueState.Overflowed;
                }

                while (into.Count < takeMax && _order.TryDequeue(out (string Scope, RecordKey Key) name))
                {
                    _changes.Remove(name, out StoredChange change);
                    into.Add(change);
                }

                if (_order.Count > 0 || _isClosed)
                {
                    Signal();
                }

                if (into.Count > 0 || _isClosed)
                {
                    return into.Count > 0 ? ChangeQueueState.Changed : ChangeQueueState.Closed;
                }
            }
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
                Signal();
            }
        }
    }

    private void Overflow()
    {
        _order.Clear();
        _changes.Clear();
        _hasOverflowed = true;
        Signal();
    }

    // One signal for all that waits: the taker looks at everything when it wakes up.
    private void Signal()
    {
        if (_signal.CurrentCount == 0)
        {
            _signal.Release();
        }
    }
}
