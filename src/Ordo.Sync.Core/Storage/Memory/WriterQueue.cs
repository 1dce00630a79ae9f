using Ordo.Sync.Scheduling;

namespace Ordo.Sync.Storage.Memory;

/// <summary>Admits one writer at a time, in the order in which they asked. Thread-safe.</summary>
internal sealed class WriterQueue
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Completion<bool>> _waiting = new();
    private readonly string _name;
    private bool _isTaken;
    private bool _isClosed;

    public WriterQueue(string name) => _name = name;

    /// <summary>Waits for the turn; who is cancelled while waiting leaves the queue.</summary>
    /// <exception cref="ObjectDisposedException">The queue is closed, or was while the caller waited.</exception>
    public Task EnterAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled(cancellationToken);
        }

        LinkedListNode<Completion<bool>> place;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            if (!_isTaken)
            {
                _isTaken = true;
                return Task.CompletedTask;
            }

            place = _waiting.AddLast(new Completion<bool>());
        }

        return cancellationToken.CanBeCanceled ? WaitAsync(place, cancellationToken) : place.Value.Task;
    }

    /// <summary>Ends the turn; the next in the queue has it then.</summary>
    public void Exit()
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
                _isTaken = false;
            }
        }

        next?.Complete(true);
    }

    /// <summary>Turns away those who wait and those who come.</summary>
    public void Close()
    {
        Completion<bool>[] refused;
        lock (_lock)
        {
            _isClosed = true;
            refused = [.. _waiting];
            _waiting.Clear();
        }

        foreach (Completion<bool> waiter in refused)
        {
            waiter.Fail(new ObjectDisposedException(_name));
        }
    }

    private async Task WaitAsync(LinkedListNode<Completion<bool>> place, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            (_, token) => Leave(place, token), null);
        await place.Value.Task.ConfigureAwait(false);
    }

    private void Leave(LinkedListNode<Completion<bool>> place, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (place.List is null)
            {
                return; // Its turn has come already.
            }

            _waiting.Remove(place);
        }

        place.Value.SetCanceled(cancellationToken);
    }
}
