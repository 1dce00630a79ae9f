using Ordo.Sync.Journal;

namespace Ordo.Sync.Engine.Blobs;

/// <summary>
/// What all transfers of a device share: a budget of bytes on their way, and the turn that each chunk waits for. A chunk waits
/// while a sync of records runs, while transfers are paused, and while the network is metered; and while records are written and
/// synced one after another, chunks go one at a time, so that little is in the way of the next. What an app reads does not wait.
/// Thread-safe.
/// </summary>
internal sealed class BlobLane(BlobOptions options, INetworkCost? cost, TimeProvider time)
{
    // How often a network is asked whether it still costs, since it does not say so by itself.
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(1);

    // Records were synced so lately that more may follow at any moment.
    private static readonly TimeSpan RecordsAreRecent = TimeSpan.FromSeconds(1);

    // A taker of more than all of it is let in alone.
    private const int OneAtATime = 1;

    private readonly ByteBudget _inFlight = new(options.InFlightBytesMax);
    private readonly ByteBudget _background = new(options.InFlightBytesMax);
    private readonly Lock _lock = new();
    private TaskCompletionSource _changed = NewSignal();
    private volatile bool _isPaused;
    private int _recordSyncs;
    private long _recordSyncEndedAt;
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

    /// <summary>A sync of records begins.</summary>
    public void BeginRecordSync()
    {
        lock (_lock)
        {
            _recordSyncs++;
            _background.CapacityBytes = OneAtATime;
        }
    }

    /// <summary>A sync of records has ended.</summary>
    public void EndRecordSync()
    {
        lock (_lock)
        {
            _recordSyncs--;
            _recordSyncEndedAt = time.GetTimestamp();
        }

        Pulse();
    }

    /// <summary>Whoever waits for a turn looks again.</summary>
    public void Pulse() => Interlocked.Exchange(ref _changed, NewSignal()).TrySetResult();

    /// <summary>Waits for a chunk's turn and its bytes; disposing what it returns gives them back.</summary>
    public async ValueTask<IDisposable> EnterAsync(int bytes, Func<bool> isUrgent, CancellationToken cancellationToken)
    {
        long began = time.GetTimestamp();
        while (true)
        {
            await TurnAsync(began, isUrgent, cancellationToken).ConfigureAwait(false);
            bool isBackground = !isUrgent();
            if (isBackground)
            {
                Widen();
                await _background.TakeAsync(bytes, cancellationToken).ConfigureAwait(false);
            }

            var place = new Place(this, bytes, isBackground);
            try
            {
                await _inFlight.TakeAsync(bytes, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                place.LeaveBackground();
                throw;
            }

            // A sync of records may have begun while this waited for its bytes.
            if (isUrgent() || !HasToWait(began))
            {
                return place;
            }

            place.Dispose();
        }
    }

    private async ValueTask TurnAsync(long began, Func<bool> isUrgent, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Taken before the look: a change in between is not missed.
            Task changed = Volatile.Read(ref _changed).Task;
            if (isUrgent() || !HasToWait(began))
            {
                return;
            }

            await changed.WaitAsync(AskAgain, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    // Chunks go side by side again when no records have been synced for a while.
    private void Widen()
    {
        lock (_lock)
        {
            if (_recordSyncs == 0 && time.GetElapsedTime(_recordSyncEndedAt) >= RecordsAreRecent)
            {
                _background.CapacityBytes = options.InFlightBytesMax;
            }
        }
    }

    private bool HasToWait(long began) => IsHeldBack() || IsYielding(began);

    private bool IsHeldBack() => _isPaused || (!options.TransfersOnMeteredNetworks && cost is { IsMetered: true });

    private bool IsYielding(long began) =>
        Volatile.Read(ref _recordSyncs) > 0 && time.GetElapsedTime(began) < options.YieldMax;

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Place(BlobLane lane, int bytes, bool isBackground) : IDisposable
    {
        public void LeaveBackground()
        {
            if (isBackground)
            {
                lane._background.Release(bytes);
            }
        }

        public void Dispose()
        {
            lane._inFlight.Release(bytes);
            LeaveBackground();
        }
    }
}
