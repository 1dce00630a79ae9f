namespace Ordo.Sync.Storage.Blobs;

/// <summary>
/// Chunks that have their names but may not be on the disk yet: those put since the store opened, and those that were there then
/// and that no blob is made of. They are flushed together, just before the first manifest that names them, since a flush for each
/// costs more than everything else that is done with it. In memory only. Thread-safe.
/// </summary>
internal sealed class UnflushedChunks
{
    private readonly Lock _lock = new();

    // With a number for each time that a chunk was written: a flush that began before does not count for the new file.
    private readonly Dictionary<ContentHash, long> _writings = [];
    private long _writing;

    /// <summary>A chunk's file has got its name.</summary>
    public void Add(ContentHash chunk)
    {
        lock (_lock)
        {
            _writings[chunk] = ++_writing;
        }
    }

    /// <summary>A chunk's file is gone.</summary>
    public void Forget(ContentHash chunk)
    {
        lock (_lock)
        {
            _writings.Remove(chunk);
        }
    }

    /// <summary>The chunks of a manifest that are to be flushed, each once.</summary>
    public List<(BlobChunk Chunk, long Writing)> Of(BlobManifest manifest)
    {
        var found = new List<(BlobChunk, long)>();
        var seen = new HashSet<ContentHash>();
        lock (_lock)
        {
            foreach (BlobChunk chunk in manifest.Chunks)
            {
                if (_writings.TryGetValue(chunk.Hash, out long writing) && seen.Add(chunk.Hash))
                {
                    found.Add((chunk, writing));
                }
            }
        }

        return found;
    }

    /// <summary>A chunk is on the disk, unless it was written again since.</summary>
    public void SetFlushed(ContentHash chunk, long writing)
    {
        lock (_lock)
        {
            if (_writings.TryGetValue(chunk, out long last) && last == writing)
            {
                _writings.Remove(chunk);
            }
        }
    }
}
