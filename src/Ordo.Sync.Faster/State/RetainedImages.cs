namespace Ordo.Sync.Faster.State;

/// <summary>The states that readers hold: their values must stay although later commits superseded them. Thread-safe.</summary>
internal sealed class RetainedImages
{
    private readonly Lock _lock = new();
    private readonly LinkedList<StoreImage> _images = new();

    /// <summary>Takes a state and holds it, with nothing between the two.</summary>
    public LinkedListNode<StoreImage> Hold(Func<StoreImage> take)
    {
        lock (_lock)
        {
            return _images.AddLast(take());
        }
    }

    /// <summary>Lets a state go.</summary>
    public void Release(LinkedListNode<StoreImage> held)
    {
        lock (_lock)
        {
            _images.Remove(held);
        }
    }

    /// <summary>All states that are held, and one that is taken now.</summary>
    public List<StoreImage> ListWith(Func<StoreImage> take)
    {
        lock (_lock)
        {
            return [take(), .. _images.Distinct()];
        }
    }
}
