namespace Ordo.Sync.Storage.Blobs;

/// <summary>
/// How many blobs held in full are made of each chunk, and which chunks somebody relies on who has no blob yet. In memory only:
/// made anew from the manifests whenever a store opens. Chunks count by the first 64 bits of their hashes: should two share
/// them, one may be kept longer than needed, never removed too early. Thread-safe.
/// </summary>
internal sealed class ChunkReferences
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, int> _counts = [];
    private readonly Dictionary<ulong, DateTime> _reliedOn = [];

    /// <summary>Somebody has put the chunk or was told that it is here, and will name it in a manifest.</summary>
    public void Rely(ContentHash chunk, DateTime now)
    {
        lock (_lock)
        {
            _reliedOn[chunk.A] = now;
        }
    }

    public void Add(BlobManifest manifest)
    {
        lock (_lock)
        {
            foreach (BlobChunk chunk in manifest.Chunks)
            {
                _counts[chunk.Hash.A] = _counts.GetValueOrDefault(chunk.Hash.A) + 1;
                _reliedOn.Remove(chunk.Hash.A);
            }
        }
    }

    public void Remove(BlobManifest manifest)
    {
        lock (_lock)
        {
            foreach (BlobChunk chunk in manifest.Chunks)
            {
                int count = _counts.GetValueOrDefault(chunk.Hash.A) - 1;
                if (count > 0)
                {
                    _counts[chunk.Hash.A] = count;
                }
                else
                {
                    _counts.Remove(chunk.Hash.A);
                }
            }
        }
    }

    /// <summary>Whether a blob held in full is made of the chunk.</summary>
    public bool IsReferenced(ContentHash chunk)
    {
        lock (_lock)
        {
            return _counts.ContainsKey(chunk.A);
        }
    }

    /// <summary>Whether a blob is made of the chunk, or is about to be.</summary>
    public bool IsNeeded(ContentHash chunk)
    {
        lock (_lock)
        {
            return _counts.ContainsKey(chunk.A) || _reliedOn.ContainsKey(chunk.A);
        }
    }

    /// <summary>Forgets who relied on chunks before a moment: what they were about to do is not coming.</summary>
    public void ForgetBefore(DateTime moment)
    {
        lock (_lock)
        {
            foreach ((ulong chunk, DateTime since) in _reliedOn)
            {
                if (since < moment)
                {
                    _reliedOn.Remove(chunk);
                }
            }
        }
    }
}
