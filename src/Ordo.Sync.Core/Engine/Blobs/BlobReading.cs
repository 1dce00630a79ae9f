using Ordo.Sync.Errors;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Engine.Blobs;

/// <summary>
/// Where a stream's chunks come from: the store; a download, while the blob is not here yet; and a download again, where a chunk
/// turns out to have rotted. For one reader at a time.
/// </summary>
/// <param name="blobs">The content.</param>
/// <param name="blob">The blob.</param>
/// <param name="manifest">What it is made of, where it is held in full.</param>
/// <param name="join">Joins or begins its download.</param>
internal sealed class BlobReading(
    IBlobStore blobs,
    BlobId blob,
    BlobManifest? manifest,
    Func<CancellationToken, ValueTask<DownloadLease>> join) : IDisposable
{
    private const int AttemptsMax = 3;

    private BlobManifest? _manifest = manifest;
    private DownloadLease? _lease;

    /// <summary>The blob's length; known once <see cref="OpenAsync"/> has returned.</summary>
    public long Length => _manifest!.Length;

    /// <summary>Finds out what the blob is made of.</summary>
    public async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        if (_manifest is null)
        {
            await JoinAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads the chunk at a position into a buffer of <see cref="BlobLimits.ChunkBytesMax"/>.</summary>
    /// <returns>Where the chunk begins in the blob, and its length.</returns>
    public async ValueTask<(long Start, int Length)> ReadAsync(
        long position, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        for (int attempt = 0; attempt < AttemptsMax; attempt++)
        {
            int index = _manifest!.IndexAt(position);
            if (_lease is not null)
            {
                await _lease.Download.EnsureAsync(index, cancellationToken).ConfigureAwait(false);
            }

            BlobChunk chunk = _manifest.Chunks[index];
            if (await blobs.TryReadChunkAsync(chunk, buffer, verifies: true, cancellationToken).ConfigureAwait(false))
            {
                return (_manifest.OffsetOf(index), chunk.Length);
            }

            // Rotted, and put aside by now, or evicted: a download finds out which chunks are missing and fetches those.
            if (_lease is { } old)
            {
                await old.Download.Completion.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            await JoinAsync(cancellationToken).ConfigureAwait(false);
        }

        throw new SyncException(
            SyncErrorCode.BlobMissing, $"A chunk of the blob {blob} vanishes from {blobs.Name} as soon as it is stored.", "Check the disk.");
    }

    public void Dispose() => _lease?.Dispose();

    private async ValueTask JoinAsync(CancellationToken cancellationToken)
    {
        _lease?.Dispose();
        _lease = null;
        _lease = await join(cancellationToken).ConfigureAwait(false);
        _manifest = await _lease.Download.GetManifestAsync(cancellationToken).ConfigureAwait(false);
    }
}
