namespace Ordo.Sync.Replication.Blobs;

/// <summary>
/// The values of manifests used last, so that a transfer's every chunk does not read its manifest again. Bounded by chunks, some
/// 40 bytes each. Thread-safe.
/// </summary>
/// <param name="countChunks">The chunks of a value's manifest.</param>
internal sealed class RecentlyUsed<TValue>(Func<TValue, int> countChunks)
    where TValue : class
{
    private const int ChunksMax = 300_000;

    private readonly Lock _lock = new();
    private readonly LinkedList<(string Key, TValue Value)> _used = [];
    private readonly Dictionary<string, LinkedListNode<(string Key, TValue Value)>> _nodes = new(StringComparer.Ordinal);
    private long _chunks;

    public TValue? Find(string key)
    {
        lock (_lock)
        {
            if (!_nodes.TryGetValue(key, out LinkedListNode<(string Key, TValue Value)>? node))
            {
                return null;
            }

            _used.Remove(node);
            _used.AddFirst(node);
            return node.Value.Value;
        }
    }

    public void Add(string key, TValue value)
    {
        lock (_lock)
        {
            Drop(key);
            _nodes[key] = _used.AddFirst((key, value));
            _chunks += countChunks(value) + 1;
            while (_chunks > ChunksMax && _used.Count > 1)
            {
                Drop(_used.Last!.Value.Key);
            }
        }
    }

    public void Remove(string key)
    {
        lock (_lock)
        {
            Drop(key);
        }
    }

    private void Drop(string key)
    {
        if (_nodes.Remove(key, out LinkedListNode<(string Key, TValue Value)>? node))
        {
            _chunks -= countChunks(node.Value.Value) + 1;
            _used.Remove(node);
        }
    }
}
