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
            }

            Release(0);
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

    /// <summary>Takes bytes from the budget, when they are there.</summary>
    public ValueTask TakeAsync(long bytes, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Waiter waiter;
        lock (_lock)
        {
            if (_waiters.Count == 0 && Fits(bytes))
            {
                _takenBytes += bytes;
                return ValueTask.CompletedTask;
            }

            waiter = new Waiter(bytes);
            waiter.Node = _waiters.AddLast(waiter);
        }

        return WaitAsync(waiter, cancellationToken);
    }

    /// <summary>Gives bytes back and lets in who waits for them.</summary>
    public void Release(long bytes)
    {
        List<Waiter>? admitted = null;
        lock (_lock)
        {
            _takenBytes -= bytes;
            while (_waiters.First is { } first && Fits(first.Value.Bytes))
            {
                _waiters.RemoveFirst();
                first.Value.Node = null;
                _takenBytes += first.Value.Bytes;
                (admitted ??= []).Add(first.Value);
            }
        }

        foreach (Waiter waiter in admitted ?? [])
        {
            waiter.Completion.SetResult();
        }
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
            bool isStillWaiting;
            lock (_lock)
            {
                isStillWaiting = waiter.Node is not null;
                if (isStillWaiting)
                {
                    _waiters.Remove(waiter.Node!);
                    waiter.Node = null;
                }
            }

            // Admitted in the same moment: what was taken for it goes back.
            Release(isStillWaiting ? 0 : waiter.Bytes);
            throw;
        }
    }

    private sealed class Waiter(long bytes)
    {
        public long Bytes => bytes;

        public LinkedListNode<Waiter>? Node { get; set; }

        public TaskCompletionSource Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
