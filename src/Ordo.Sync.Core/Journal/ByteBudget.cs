using Ordo.Sync.Scheduling;

namespace Ordo.Sync.Journal;

/// <summary>
/// A budget of bytes for what waits to be written: takers wait their turn, first come, first served, and nothing is ever dropped.
/// Thread-safe.
/// </summary>
/// <param name="capacityBytes">The budget. A taker of more than all of it is let in alone, so that it cannot wait for ever.</param>
public sealed class ByteBudget(long capacityBytes)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Waiter> _waiters = [];
    private long _takenBytes;
    private long _capacityBytes = capacityBytes;

    /// <summary>The bytes taken at the moment.</summary>
    public long TakenBytes
    {
        get
        {
            lock (_lock)
            {
                return _takenBytes;
            }
        }
    }

    /// <summary>
    /// The budget. Where it shrinks below what is taken, takers wait until that much was given back; where it grows, those who wait
    /// are let in.
    /// </summary>
    public long CapacityBytes
    {
        get
        {
            lock (_lock)
            {
                return _capacityBytes;
            }
        }

        set
        {
            lock (_lock)
            {
                _capacityBytes = value;
                LetIn();
            }
        }
    }

    /// <summary>The takers who wait.</summary>
    public int WaiterCount
    {
        get
        {
            lock (_lock)
            {
                return _waiters.Count;
            }
        }
    }

    /// <summary>Takes bytes from the budget if they are there now and nobody waits for any.</summary>
    internal bool TryTake(long bytes)
    {
        lock (_lock)
        {
            if (_waiters.Count > 0 || !Fits(bytes))
            {
                return false;
            }

            _takenBytes += bytes;
            return true;
        }
    }

    /// <summary>Takes bytes from the budget, when they are there.</summary>
    /// <param name="bytes">How many.</param>
    /// <param name="cancellationToken">Ends the wait; a taker who is let in at that moment has taken them all the same.</param>
    public ValueTask TakeAsync(long bytes, CancellationToken cancellationToken = default) =>
        TakeAsync(bytes, onTaken: null, cancellationToken);

    /// <summary>Takes bytes from the budget, when they are there, and does something in that moment.</summary>
    /// <param name="bytes">How many.</param>
    /// <param name="onTaken">
    /// Runs once they are taken, in the order in which takers are let in, which the continuations of their tasks need not keep. Must
    /// be short and must not throw: the budget is locked meanwhile.
    /// </param>
    /// <param name="cancellationToken">Ends the wait; a taker who is let in at that moment has taken them all the same.</param>
    internal ValueTask TakeAsync(long bytes, Action? onTaken, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Waiter waiter;
        lock (_lock)
        {
            if (_waiters.Count == 0 && Fits(bytes))
            {
                Take(bytes, onTaken);
                return ValueTask.CompletedTask;
            }

            waiter = new Waiter(bytes, onTaken);
            waiter.Node = _waiters.AddLast(waiter);
        }

        return WaitAsync(waiter, cancellationToken);
    }

    /// <summary>Gives bytes back and lets in who waits for them.</summary>
    public void Release(long bytes)
    {
        lock (_lock)
        {
            _takenBytes -= bytes;
            LetIn();
        }
    }

    private void LetIn()
    {
        while (_waiters.First is { Value: var waiter } && Fits(waiter.Bytes))
        {
            _waiters.RemoveFirst();
            waiter.Node = null;
            Take(waiter.Bytes, waiter.OnTaken);

            // Continuations run elsewhere: completing it here calls nobody.
            waiter.Completion.Complete(true);
        }
    }

    private void Take(long bytes, Action? onTaken)
    {
        _takenBytes += bytes;
        onTaken?.Invoke();
    }

    private bool Fits(long bytes) => _takenBytes == 0 || _takenBytes + bytes <= _capacityBytes;

    private async ValueTask WaitAsync(Waiter waiter, CancellationToken cancellationToken)
    {
        try
        {
            await waiter.Completion.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            lock (_lock)
            {
                if (waiter.Node is not { } node)
                {
                    // Let in at the same moment: it has what it asked for.
                    return;
                }

                _waiters.Remove(node);
                waiter.Node = null;
                LetIn();
            }

            throw;
        }
    }

    private sealed class Waiter(long bytes, Action? onTaken)
    {
        public long Bytes => bytes;

        public Action? OnTaken => onTaken;

        public LinkedListNode<Waiter>? Node { get; set; }

        public Completion<bool> Completion { get; } = new();
    }
}
