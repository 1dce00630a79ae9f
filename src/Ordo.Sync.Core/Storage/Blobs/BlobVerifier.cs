using System.Buffers;
using System.Security.Cryptography;
using Ordo.Sync.Errors;

namespace Ordo.Sync.Storage.Blobs;

/// <summary>Finds out whether chunks that are held make up a blob: the one proof that a manifest is not forged.</summary>
public static class BlobVerifier
{
    /// <summary>Reads all chunks in order and compares the hash of the whole with the blob's.</summary>
    /// <exception cref="SyncException">
    /// <see cref="SyncErrorCode.BlobMissing"/>: a chunk is not held (any more). <see cref="SyncErrorCode.BlobDamaged"/>: the
    /// chunks make up other content.
    /// </exception>
    public static async ValueTask VerifyAsync(
        IBlobStore store, BlobManifest manifest, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(manifest);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BlobLimits.ChunkBytesMax);
        try
        {
            // One hash over all is enough; only where it fails the chunks' own tell a damaged one from a forged manifest.
            if (await HashAsync(store, manifest, buffer, verifies: false, cancellationToken).ConfigureAwait(false)
                != manifest.Id.Hash)
            {
                Require(
                    manifest.Id,
                    await HashAsync(store, manifest, buffer, verifies: true, cancellationToken).ConfigureAwait(false));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Compares a hash of the whole with the blob's.</summary>
    internal static void Require(BlobId blob, ContentHash actual)
    {
        if (actual != blob.Hash)
        {
            throw new SyncException(
                SyncErrorCode.BlobDamaged,
                $"The chunks named for the blob {blob} make up other content: {actual}.",
                "Whoever named them is mistaken or forges; import the content again.");
        }
    }

    private static async ValueTask<ContentHash> HashAsync(
        IBlobStore store, BlobManifest manifest, byte[] buffer, bool verifies, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (BlobChunk chunk in manifest.Chunks)
        {
            if (!await store.TryReadChunkAsync(chunk, buffer, verifies, cancellationToken).ConfigureAwait(false))
            {
                throw BlobFailures.ChunkMissing(manifest.Id, chunk, store.Name);
            }

            hash.AppendData(buffer, 0, chunk.Length);
        }

        return ContentHash.Finish(hash);
    }
}
