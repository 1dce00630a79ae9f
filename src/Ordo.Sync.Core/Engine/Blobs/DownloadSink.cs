using System.Security.Cryptography;
using Ordo.Sync.Errors;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Engine.Blobs;

/// <summary>Where a download goes: its chunks into the store, then its manifest; and the hash of the whole behind them.</summary>
/// <param name="services">What it works with.</param>
/// <param name="blob">The blob.</param>
/// <param name="makeRoom">Makes room for so many bytes, if it can, where disk or quota are full at so many bytes used.</param>
internal sealed class DownloadSink(
    BlobServices services, BlobId blob, Func<long, long, CancellationToken, ValueTask<bool>> makeRoom)
{
    private const int AttemptsMax = 3;

    /// <summary>Hashes the whole, chunk after chunk as they come, while others are on their way.</summary>
    public async Task<ContentHash> HashAsync(ChunkMap map, Func<bool> isUrgent, CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = ChunkBuffers.Rent();
        try
        {
            for (int i = 0; i < map.Manifest.Chunks.Length; i++)
            {
                await map.WaitInOrderAsync(i).WaitAsync(cancellationToken).ConfigureAwait(false);
                await services.Lane.YieldAsync(isUrgent, cancellationToken).ConfigureAwait(false);
                BlobChunk chunk = map.Manifest.Chunks[i];
                if (!await services.Blobs
                    .TryReadChunkAsync(chunk, buffer, verifies: false, cancellationToken).ConfigureAwait(false))
                {
                    throw BlobFailures.ChunkMissing(blob, chunk, services.Blobs.Name);
                }

                hash.AppendData(buffer, 0, chunk.Length);
            }

            return ContentHash.Finish(hash);
        }
        finally
        {
            ChunkBuffers.Return(buffer);
        }
    }

    /// <summary>Keeps a chunk, where need be by making room for it.</summary>
    public async ValueTask KeepAsync(BlobChunk chunk, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await services.Blobs.PutChunkAsync(content, chunk, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (SyncException exception) when (
                exception.Code is SyncErrorCode.StoreFull or SyncErrorCode.QuotaExceeded && attempt < AttemptsMax)
            {
                long usedBytes = services.Blobs.Usage.ChunkBytes;
                if (!await makeRoom(chunk.Length, usedBytes, cancellationToken).ConfigureAwait(false))
                {
                    throw;
                }
            }
        }
    }

    /// <summary>
    /// Keeps what the blob is made of, once all chunks are here: one that was held under another cut, and had rotted, is held under the
    /// hub's from now on.
    /// </summary>
    public async ValueTask KeepAsync(BlobManifest manifest, CancellationToken cancellationToken)
    {
        BlobManifest? held = await services.Blobs.GetManifestAsync(blob, cancellationToken).ConfigureAwait(false);
        if (held is not null && !held.Chunks.SequenceEqual(manifest.Chunks))
        {
            await services.Blobs.RemoveManifestAsync(blob, removesChunks: false, cancellationToken).ConfigureAwait(false);
        }

        await services.Blobs.PutManifestAsync(manifest, cancellationToken).ConfigureAwait(false);
    }
}
