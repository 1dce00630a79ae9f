using Ordo.Sync.Journal;

namespace Ordo.Sync.Engine.Blobs;

/// <summary>
/// What all transfers of a device share: a budget of bytes on their way, and the turn that each chunk waits for. A chunk waits
/// while records are written or synced, while transfers are paused, and while the network is metered; and once records are synced
/// in the midst of a transfer, chunks go one at a time and wait until records have come to rest, so that little is in the way of the
/// next sync. What an app reads does not wait. Thread-safe.
/// </summary>
internal sealed class BlobLane(BlobOptions options, INetworkCost? cost, TimeProvider time)
{
    // How often a chunk that waits looks again: a network does not say by itself that it costs no more.
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(250);

    // The same where records are about to come to rest.
    private static readonly TimeSpan LookAgainSoon = TimeSpan.FromMilliseconds(10);

    // A taker of more than all of it is let in alone.
    private const int OneAtATime = 1;

    private readonly ByteBudget _inFlight = new(options.InFlightBytesMax);
    private readonly ByteBudget _background = new(options.InFlightBytesMax);
    private readonly RecordTraffic _records = new(options.YieldMax, time);

    // Whether chunks go side by side is decided and said in one: else one that widens late undoes what a sync has just narrowed.
    private readonly Lock _widths = new();
    private TaskCompletionSource _changed = NewSignal();
    private volatile bool _isPaused;
    private int _chunks;
    private long _sent;
    private long _received;

    public bool IsPaused
    {
        get => _isPaused;
        set
        {
            _isPaused = value;
            Pulse();
        }
    }

    public long BytesSent => Interlocked.Read(ref _sent);

    public long BytesReceived => Interlocked.Read(ref _received);

    public void CountSent(int bytes) => Interlocked.Add(ref _sent, bytes);

    public void CountReceived(int bytes) => Interlocked.Add(ref _received, bytes);

    /// <summary>A write of records begins: a sync may follow it.</summary>
    public void BeginRecordWrite() => _records.BeginWrite();

    /// <summary>A write of records has ended.</summary>
    public void EndRecordWrite()
    {
        // Chunks look again on threads of their own; whoever wrote goes on here meanwhile, and comes before them with its sync.
        if (_records.EndWrite() && Volatile.Read(ref _chunks) > 0)
        {
            Pulse();
        }
    }

    /// <summary>A sync of records begins.</summary>
    public void BeginRecordSync()
    {
        bool meetsChunks = Volatile.Read(ref _chunks) > 0;
        lock (_widths)
        {
            _records.BeginSync(meetsChunks);
            if (meetsChunks)
            {
                _background.CapacityBytes = OneAtATime;
            }
        }
    }

    /// <summary>A sync of records has ended.</summary>
    public void EndRecordSync()
    {
        _records.EndSync();
        Pulse();
    }

    /// <summary>Whoever waits for a turn looks again.</summary>
    public void Pulse() => Interlocked.Exchange(ref _changed, NewSignal()).TrySetResult();

    /// <summary>Waits for a chunk's turn and its bytes; disposing what it returns gives them back.</summary>
    public async ValueTask<IDisposable> EnterAsync(int bytes, Func<bool> isUrgent, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _chunks);
        try
        {
            return await WaitAsync(bytes, isUrgent, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            Interlocked.Decrement(ref _chunks);
            throw;
        }
    }

    private async ValueTask<IDisposable> WaitAsync(int bytes, Func<bool> isUrgent, CancellationToken cancellationToken)
    {
        long began = time.GetTimestamp();
        while (true)
        {
            await WaitWhileAsync(() => !isUrgent() && HasToWait(began), cancellationToken).ConfigureAwait(false);
            bool isBackground = !isUrgent();
            if (isBackground)
            {
                Widen();
                await _background.TakeAsync(bytes, cancellationToken).ConfigureAwait(false);
            }

            try
            {
                await _inFlight.TakeAsync(bytes, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                LeaveBackground(bytes, isBackground);
                throw;
            }

            // Records may have come while this waited for its bytes.
            if (isUrgent() || !HasToWait(began))
            {
                return new Place(this, bytes, isBackground);
            }

            Leave(bytes, isBackground);
        }
    }

    /// <summary>
    /// Waits while records are written or synced: for work on a chunk that has its turn already, which shares threads and disk with
    /// them.
    /// </summary>
    public ValueTask YieldAsync(Func<bool> isUrgent, CancellationToken cancellationToken)
    {
        long began = time.GetTimestamp();
        return _records.IsBusy(began)
            ? WaitWhileAsync(() => !isUrgent() && _records.IsBusy(began), cancellationToken)
            : ValueTask.CompletedTask;
    }

    private async ValueTask WaitWhileAsync(Func<bool> hasToWait, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Taken before the look: a change in between is not missed.
            Task changed = Volatile.Read(ref _changed).Task;
            if (!hasToWait())
            {
                return;
            }

            TimeSpan pause = _records.IsShared ? LookAgainSoon : LookAgain;
            await changed.WaitAsync(pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    // Chunks go side by side again when no records have been synced for a while.
    private void Widen()
    {
        lock (_widths)
        {
            if (!_records.IsShared)
            {
                _background.CapacityBytes = options.InFlightBytesMax;
            }
        }
    }

    private bool HasToWait(long began) => IsHeldBack() || _records.IsBusy(began) || _records.IsRestless();

    private bool IsHeldBack() => _isPaused || (!options.TransfersOnMeteredNetworks && cost is { IsMetered: true });

    private void Leave(int bytes, bool isBackground)
    {
        _inFlight.Release(bytes);
        LeaveBackground(bytes, isBackground);
    }

    private void LeaveBackground(int bytes, bool isBackground)
    {
        if (isBackground)
        {
            _background.Release(bytes);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Place(BlobLane lane, int bytes, bool isBackground) : IDisposable
    {
        public void Dispose()
        {
            if (isBackground)
            {
                lane._records.EndChunk();
            }

            lane.Leave(bytes, isBackground);
            Interlocked.Decrement(ref lane._chunks);
        }
    }
}
