namespace Ordo.Sync.Scheduling;

/// <summary>
/// Counts what may be taken; takers wait their turn, first come, first served. As <see cref="SemaphoreSlim"/>, but who waits goes
/// on where <see cref="Continuations"/> says. Thread-safe.
/// </summary>
internal sealed class AsyncSemaphore(int initialCount) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Completion<bool>> _waiting = [];
    private int _count = initialCount;
    private bool _isDisposed;

    /// <summary>What may be taken at the moment.</summary>
    public int CurrentCount
    {
        get
        {
            lock (_lock)
            {
                return _count;
            }
        }
    }

    /// <summary>Whether somebody waits.</summary>
    public bool HasWaiters
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count > 0;
            }
        }
    }

    /// <summary>Takes one, when there is one.</summary>
    public Task WaitAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled(cancellationToken);
        }

        LinkedListNode<Completion<bool>> place;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_count > 0)
            {
                _count--;
                return Task.CompletedTask;
            }

            place = _waiting.AddLast(new Completion<bool>());
        }

        return cancellationToken.CanBeCanceled ? WaitAsync(place, cancellationToken) : place.Value.Task;
    }

    /// <summary>Takes one if there is one now.</summary>
    public bool TryTake()
    {
        lock (_lock)
        {
            if (_count == 0)
            {
                return false;
            }

            _count--;
            return true;
        }
    }

    /// <summary>Gives one back, or adds one.</summary>
    public void Release()
    {
        Completion<bool>? next = null;
        lock (_lock)
        {
            if (_waiting.First is { } first)
            {
                next = first.Value;
                _waiting.RemoveFirst();
            }
            else
            {
                _count++;
            }
        }

        next?.Complete(true);
    }

    /// <summary>Turns away those who come; who waits already is woken by a release, or not at all.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
        }
    }

    private async Task WaitAsync(LinkedListNode<Completion<bool>> place, CancellationToken cancellationToken)
    {
        try
        {
            await place.Value.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            lock (_lock)
            {
                if (place.List is not null)
                {
                    _waiting.Remove(place);
                    throw;
                }
            }

            // Its turn came at the same moment; it is not wanted any more, so it goes to the next.
            Release();
            throw;
        }
    }
}
