using Ordo.Sync.Engine.Collections;

namespace Ordo.Sync.Engine.Watching;

/// <summary>One observer of a collection: is handed change after change until it has enough, or the engine is closed.</summary>
internal sealed class ObserverSubscription<T> : IDisposable
{
    private readonly SyncCollection<T> _collection;
    private readonly IObserver<RecordChange<T>> _observer;
    private readonly CancellationTokenSource _stop = new();
    private readonly ChangeQueue _queue;

    public ObserverSubscription(SyncCollection<T> collection, IObserver<RecordChange<T>> observer)
    {
        _collection = collection;
        _observer = observer;

        // Here and not later: what is written once Subscribe has returned is a change that the observer hears of.
        _queue = collection.Subscribe(int.MaxValue);
    }

    public async Task RunAsync()
    {
        using ChangeQueue queue = _queue;
        try
        {
            await _collection.OpenAsync(_stop.Token).ConfigureAwait(false);
            while (await queue.TakeAsync(_stop.Token).ConfigureAwait(false) is { } change && !_stop.IsCancellationRequested)
            {
                _observer.OnNext(_collection.ChangeOf(change));
            }

            if (!_stop.IsCancellationRequested)
            {
                _observer.OnCompleted();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Whoever disposed the subscription knows.
        }
        catch (Exception exception)
        {
            // The store's, or one that the observer threw itself: either way it hears no more, and that it should know.
            _observer.OnError(exception);
        }
    }

    public void Dispose()
    {
        // First the token: the queue's end must not look like the engine's.
        _ = _stop.CancelAsync();
        _queue.Dispose();
    }
}
