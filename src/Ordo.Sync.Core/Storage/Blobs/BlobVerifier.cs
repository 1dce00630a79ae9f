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
        byte[] buffer = ChunkBuffers.Rent();
        try
        {
            // One hash over all is enough; only where it fails the chunks' own tell a damaged one from a forged manifest.
            if (await HashAsync(store, manifest, buffer, cancellationToken).ConfigureAwait(false) != manifest.Id.Hash)
            {
                await VerifyChunksAsync(store, manifest, buffer, cancellationToken).ConfigureAwait(false);
                Require(
                    manifest.Id, await HashAsync(store, manifest, buffer, cancellationToken).ConfigureAwait(false));
            }
        }
        finally
        {
            ChunkBuffers.Return(buffer);
        }
    }

    /// <summary>Compares a hash of the whole with the blob's.</summary>
    internal static void Require(BlobId blob, ContentHash? actual)
    {
        if (actual != blob.Hash)
        {
            throw new SyncException(
                SyncErrorCode.BlobDamaged,
                $"The chunks named for the blob {blob} make up other content: {actual}.",
                "Whoever named them is mistaken or forges; import the content again.");
        }
    }

    // All of them, so that all damaged ones are put aside, and what is missing can be asked for at once.
    private static async ValueTask VerifyChunksAsync(
        IBlobStore store, BlobManifest manifest, byte[] buffer, CancellationToken cancellationToken)
    {
        BlobChunk? missing = null;
        foreach (BlobChunk chunk in manifest.Chunks)
        {
            if (!await store.TryReadChunkAsync(chunk, buffer, verifies: true, cancellationToken).ConfigureAwait(false))
            {
                missing ??= chunk;
            }
        }

        if (missing is { } first)
        {
            throw BlobFailures.ChunkMissing(manifest.Id, first, store.Name);
        }
    }

    private static async ValueTask<ContentHash?> HashAsync(
        IBlobStore store, BlobManifest manifest, byte[] buffer, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (BlobChunk chunk in manifest.Chunks)
        {
            if (!await store.TryReadChunkAsync(chunk, buffer, verifies: false, cancellationToken).ConfigureAwait(false))
            {
                return null;
            }

            hash.AppendData(buffer, 0, chunk.Length);
        }

        return ContentHash.Finish(hash);
    }
}
