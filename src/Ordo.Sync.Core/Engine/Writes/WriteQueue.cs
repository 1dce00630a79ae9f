using System.Threading.Channels;
using Ordo.Sync.Causality;
using Ordo.Sync.Journal;
using Ordo.Sync.Scheduling;

namespace Ordo.Sync.Engine.Writes;

/// <summary>
/// The operation queue: writes wait here for the one writer, bounded by bytes; a caller who finds it full waits, and nothing is
/// dropped. The writer takes everything that waits into one commit.
/// </summary>
internal sealed class WriteQueue(long capacityBytes)
{
    private readonly Channel<QueuedWrite> _channel = Channel.CreateUnbounded<QueuedWrite>(
        new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = Continuations.AreSimulated });

    private readonly ByteBudget _budget = new(capacityBytes);
    private int _count;

    /// <summary>The writes that wait to be taken.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The bytes that wait.</summary>
    public long WaitingBytes => _budget.TakenBytes;

    /// <summary>The bytes that may wait.</summary>
    public long CapacityBytes
    {
        get => _budget.CapacityBytes;
        set => _budget.CapacityBytes = value;
    }

    /// <summary>The callers who wait for room.</summary>
    public int WaiterCount => _budget.WaiterCount;

    /// <summary>
    /// Queues a write and waits until it is committed. Cancellation counts while it waits for room; once queued it will be
    /// written, and the caller is told so.
    /// </summary>
    public async ValueTask<GlobalDot> WriteAsync(QueuedWrite write, CancellationToken cancellationToken)
    {
        // Queued in the moment it is let in: who came first is written first, whichever caller wakes up first.
        bool isQueued = false;
        await _budget
            .TakeAsync(write.SizeBytes, () => isQueued = Enqueue(write), cancellationToken)
            .ConfigureAwait(false);
        if (!isQueued)
        {
            _budget.Release(write.SizeBytes);
            throw new ObjectDisposedException("SyncEngine", "The engine is closed; the write was not taken.");
        }

        return await write.Completion.Task.ConfigureAwait(false);
    }

    /// <summary>Takes the room of a write that is not queued: where nothing waits before it, it is written at once.</summary>
    public bool TryPass(QueuedWrite write) => Count == 0 && _budget.TryTake(write.SizeBytes);

    /// <summary>Waits for writes.</summary>
    /// <returns><see langword="false"/> once the queue is closed and empty.</returns>
    public ValueTask<bool> WaitAsync() => _channel.Reader.WaitToReadAsync();

    /// <summary>Moves writes that wait into <paramref name="group"/>, the first at least.</summary>
    public void Take(List<QueuedWrite> group, int countMax, long bytesMax)
    {
        long bytes = 0;
        while (group.Count < countMax && bytes < bytesMax && _channel.Reader.TryRead(out QueuedWrite? write))
        {
            group.Add(write);
            bytes += write.SizeBytes;
        }

        Interlocked.Add(ref _count, -group.Count);
    }

    /// <summary>Gives the room of a write back.</summary>
    public void Release(QueuedWrite write) => _budget.Release(write.SizeBytes);

    /// <summary>Takes no more writes; those there are still written.</summary>
    public void Close() => _channel.Writer.TryComplete();

    private bool Enqueue(QueuedWrite write)
    {
        if (!_channel.Writer.TryWrite(write))
        {
            return false;
        }

        Interlocked.Increment(ref _count);
        return true;
    }
}
