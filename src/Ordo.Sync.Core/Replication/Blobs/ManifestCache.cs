using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Replication.Blobs;

/// <summary>
/// The manifests used last, so that a transfer's every chunk does not read its manifest again. Bounded by chunks, some 40 bytes
/// each. Thread-safe.
/// </summary>
internal sealed class ManifestCache
{
    private const int ChunksMax = 300_000;

    private readonly Lock _lock = new();
    private readonly LinkedList<(string Key, BlobManifest Manifest)> _used = [];
    private int _chunks;

    public BlobManifest? Find(string key)
    {
        lock (_lock)
        {
            for (LinkedListNode<(string Key, BlobManifest Manifest)>? node = _used.First; node is not null; node = node.Next)
            {
                if (string.Equals(node.Value.Key, key, StringComparison.Ordinal))
                {
                    _used.Remove(node);
                    _used.AddFirst(node);
                    return node.Value.Manifest;
                }
            }

            return null;
        }
    }

    public void Add(string key, BlobManifest manifest)
    {
        lock (_lock)
        {
            Drop(key);
            _used.AddFirst((key, manifest));
            _chunks += manifest.Chunks.Length + 1;
            while (_chunks > ChunksMax && _used.Count > 1)
            {
                _chunks -= _used.Last!.Value.Manifest.Chunks.Length + 1;
                _used.RemoveLast();
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
        LinkedListNode<(string Key, BlobManifest Manifest)>? node = _used.First;
        while (node is not null && !string.Equals(node.Value.Key, key, StringComparison.Ordinal))
        {
            node = node.Next;
        }

        if (node is not null)
        {
            _chunks -= node.Value.Manifest.Chunks.Length + 1;
            _used.Remove(node);
        }
    }
}
