using Ordo.Sync.Journal;

namespace Ordo.Sync.Engine.Blobs;

/// <summary>
/// What all transfers of a device share: a budget of bytes on their way, and the turn that each chunk waits for. A chunk waits
/// while a sync of records runs, while transfers are paused, and while the network is metered; what an app reads does not wait.
/// Thread-safe.
/// </summary>
internal sealed class BlobLane(BlobOptions options, INetworkCost? cost, TimeProvider time)
{
    // How often a network is asked whether it still costs, since it does not say so by itself.
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(1);

    private readonly ByteBudget _inFlight = new(options.InFlightBytesMax);
    private TaskCompletionSource _changed = NewSignal();
    private volatile bool _isPaused;
    private int _recordSyncs;
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
    public void BeginRecordSync() => Interlocked.Increment(ref _recordSyncs);

    /// <summary>A sync of records has ended.</summary>
    public void EndRecordSync()
    {
        Interlocked.Decrement(ref _recordSyncs);
        Pulse();
    }

    /// <summary>Whoever waits for a turn looks again.</summary>
    public void Pulse() => Interlocked.Exchange(ref _changed, NewSignal()).TrySetResult();

    /// <summary>Waits for a chunk's turn and its bytes; <see cref="Leave"/> gives them back.</summary>
    public async ValueTask EnterAsync(int bytes, Func<bool> isUrgent, CancellationToken cancellationToken)
    {
        await TurnAsync(isUrgent, cancellationToken).ConfigureAwait(false);
        await _inFlight.TakeAsync(bytes, cancellationToken).ConfigureAwait(false);
    }

    public void Leave(int bytes) => _inFlight.Release(bytes);

    private async ValueTask TurnAsync(Func<bool> isUrgent, CancellationToken cancellationToken)
    {
        long began = time.GetTimestamp();
        while (true)
        {
            // Taken before the look: a change in between is not missed.
            Task changed = Volatile.Read(ref _changed).Task;
            if (isUrgent() || !(IsHeldBack() || IsYielding(began)))
            {
                return;
            }

            await changed.WaitAsync(AskAgain, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private bool IsHeldBack() => _isPaused || (!options.TransfersOnMeteredNetworks && cost is { IsMetered: true });

    private bool IsYielding(long began) =>
        Volatile.Read(ref _recordSyncs) > 0 && time.GetElapsedTime(began) < options.YieldMax;

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
