using System.Collections.Immutable;
using System.Security.Cryptography;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Replication.Blobs;

/// <summary>
/// An upload under way and the hash of its whole content, which is computed behind the chunks as they come: the offer that ends an
/// upload need not read all of it. In memory only; where it is lost, or has not come far, that offer reads. Thread-safe.
/// </summary>
internal sealed class UploadHash(BlobManifest manifest)
{
    // A request that brings one chunk is not kept for those of many others.
    private const int StepsMax = 4;

    private readonly Lock _lock = new();
    private readonly HashSet<ContentHash> _held = [];

    // Of whoever has entered alone.
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private int _next;
    private bool _isEntered;

    public BlobManifest Manifest => manifest;

    /// <summary>All chunks are held but these.</summary>
    public void SetMissing(ImmutableArray<int> missing)
    {
        var absent = new HashSet<ContentHash>(missing.Select(index => manifest.Chunks[index].Hash));
        lock (_lock)
        {
            _held.UnionWith(manifest.Chunks.Select(chunk => chunk.Hash).Where(hash => !absent.Contains(hash)));
        }
    }

    /// <summary>A chunk has come: goes on with the hash, if nobody else does.</summary>
    public async ValueTask AdvanceAsync(IBlobStore blobs, BlobChunk chunk, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _held.Add(chunk.Hash);
        }

        if (TryEnter())
        {
            try
            {
                await ReadAsync(blobs, StepsMax, IsHeld, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                Leave();
            }
        }
    }

    /// <summary>Hashes the rest, when all chunks are held.</summary>
    /// <returns>Whether the chunks make up the blob; <see langword="false"/> also where that could not be found out.</returns>
    public async ValueTask<bool> IsWholeAsync(IBlobStore blobs, CancellationToken cancellationToken)
    {
        if (!TryEnter())
        {
            return false;
        }

        try
        {
            await ReadAsync(blobs, int.MaxValue, static _ => true, cancellationToken).ConfigureAwait(false);
            return _next == manifest.Chunks.Length && Current() == manifest.Id.Hash;
        }
        finally
        {
            Leave();
        }
    }

    private async ValueTask ReadAsync(
        IBlobStore blobs, int stepsMax, Func<BlobChunk, bool> mayGoOn, CancellationToken cancellationToken)
    {
        byte[] buffer = ChunkBuffers.Rent();
        try
        {
            for (int step = 0; step < stepsMax && _next < manifest.Chunks.Length; step++)
            {
                // What was hashed when it came is not hashed by itself again: what is wrong with it shows in the hash of the whole.
                BlobChunk chunk = manifest.Chunks[_next];
                if (!mayGoOn(chunk)
                    || !await blobs.TryReadChunkAsync(chunk, buffer, verifies: false, cancellationToken).ConfigureAwait(false))
                {
                    return;
                }

                _hash.AppendData(buffer, 0, chunk.Length);
                _next++;
            }
        }
        finally
        {
            ChunkBuffers.Return(buffer);
        }
    }

    private ContentHash Current()
    {
        Span<byte> bytes = stackalloc byte[ContentHash.SizeBytes];
        _hash.GetCurrentHash(bytes);
        return ContentHash.Read(bytes);
    }

    private bool IsHeld(BlobChunk chunk)
    {
        lock (_lock)
        {
            return _held.Contains(chunk.Hash);
        }
    }

    private bool TryEnter()
    {
        lock (_lock)
        {
            return !_isEntered && (_isEntered = true);
        }
    }

    private void Leave()
    {
        lock (_lock)
        {
            _isEntered = false;
        }
    }
}
