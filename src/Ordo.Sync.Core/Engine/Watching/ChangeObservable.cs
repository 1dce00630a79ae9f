using Ordo.Sync.Engine.Collections;

namespace Ordo.Sync.Engine.Watching;

/// <summary>The changes of a collection for observers, each with a queue of its own. Thread-safe.</summary>
internal sealed class ChangeObservable<T>(SyncCollection<T> collection) : IObservable<RecordChange<T>>
{
    public IDisposable Subscribe(IObserver<RecordChange<T>> observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        var subscription = new ObserverSubscription<T>(collection, observer);
        _ = subscription.RunAsync();
        return subscription;
    }
}
