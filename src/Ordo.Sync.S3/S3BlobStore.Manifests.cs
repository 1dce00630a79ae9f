using System.Runtime.CompilerServices;
using Ordo.Sync.Errors;
using Ordo.Sync.S3.Objects;
using Ordo.Sync.S3.Sweeping;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.S3;

/// <content>Manifests and sweeping.</content>
public sealed partial class S3BlobStore
{
    private const int LooksAtOnce = 16;

    /// <inheritdoc/>
    public async ValueTask<BlobManifest?> GetManifestAsync(BlobId blob, CancellationToken cancellationToken = default)
    {
        RequireOpen(cancellationToken);
        string name = ObjectNames.Manifest(blob);
        byte[]? bytes = await _bucket.ReadAsync(name, BlobLimits.ManifestBytesMax, cancellationToken).ConfigureAwait(false);
        if (bytes is null)
        {
            return null;
        }

        if (ManifestIndex.Decode(bytes) is { } manifest && manifest.Id == blob)
        {
            return manifest;
        }

        // Damaged: the blob counts as not held, and is fetched or assembled again.
        await _bucket.CopyAsync(name, $"{ObjectNames.Quarantine}{blob}", cancellationToken).ConfigureAwait(false);
        await _bucket.DeleteAsync(name, cancellationToken).ConfigureAwait(false);
        _usage.Add(blobs: -1, chunks: 0, bytes: 0);
        return null;
    }

    /// <inheritdoc/>
    public async ValueTask PutManifestAsync(BlobManifest manifest, CancellationToken cancellationToken = default)
    {
        RequireOpen(cancellationToken);
        ArgumentNullException.ThrowIfNull(manifest);
        byte[] bytes = BlobManifestCodec.Encode(manifest);
        string intent = _sweeper.NewName(ObjectNames.Intents);
        long began = _time.GetTimestamp();

        // Said before a look is taken: a sweep either reads this and spares the chunks, or has said before what it is about to
        // remove, which is read below.
        await _bucket.WriteAsync(intent, bytes, cancellationToken).ConfigureAwait(false);
        try
        {
            await RequireChunksAsync(manifest, cancellationToken).ConfigureAwait(false);
            await KeepAsync(manifest.Id, bytes, began, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await _bucket.DeleteAsync(intent, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    /// <remarks>Its chunks stay until a sweep in any case: another process may be about to need them.</remarks>
    public async ValueTask RemoveManifestAsync(
        BlobId blob, bool removesChunks, CancellationToken cancellationToken = default)
    {
        RequireOpen(cancellationToken);
        if (await _bucket.FindAsync(ObjectNames.Manifest(blob), cancellationToken).ConfigureAwait(false) is not null)
        {
            await _bucket.DeleteAsync(ObjectNames.Manifest(blob), cancellationToken).ConfigureAwait(false);
            _usage.Add(blobs: -1, chunks: 0, bytes: 0);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobId> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        RequireOpen(cancellationToken);
        await foreach (ObjectInfo found in _bucket.ListAsync(ObjectNames.Manifests, cancellationToken).ConfigureAwait(false))
        {
            if (ObjectNames.TryReadHash(found.Name, ObjectNames.Manifests, out ContentHash? hash))
            {
                yield return new BlobId(hash.Value);
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Lists all objects, a thousand a request, and reads the manifests that are new since the last sweep of this process. Any number
    /// of processes may sweep at once. Ages are the service's, to which a day is added.
    /// </remarks>
    public async ValueTask<BlobSweep> SweepAsync(TimeSpan grace, CancellationToken cancellationToken = default)
    {
        RequireOpen(cancellationToken);
        SweepResult swept = await _sweeper.RunAsync(grace + TouchAge, cancellationToken).ConfigureAwait(false);
        await _usage.SaveAsync(_bucket, swept.Left, cancellationToken).ConfigureAwait(false);
        return swept.Removed;
    }

    // One at a time in a process, so that it is counted once.
    private async ValueTask KeepAsync(BlobId blob, byte[] manifest, long began, CancellationToken cancellationToken)
    {
        SemaphoreSlim stripe = StripeOf(blob.Hash);
        await stripe.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (await GetManifestAsync(blob, cancellationToken).ConfigureAwait(false) is not null)
            {
                return;
            }

            if (_usage.Current.BlobCount >= _options.CountMax)
            {
                throw ObjectFailures.QuotaExceeded(Name, $"{_options.CountMax} blobs");
            }

            if (_time.GetElapsedTime(began) > Sweeper.HoldsFor)
            {
                throw new SyncException(
                    SyncErrorCode.StoreBusy, $"{Name} was too slow to keep the blob {blob}.", "Try again later.");
            }

            await _bucket.WriteAsync(ObjectNames.Manifest(blob), manifest, cancellationToken).ConfigureAwait(false);
            _usage.Add(blobs: 1, chunks: 0, bytes: 0);
        }
        finally
        {
            stripe.Release();
        }
    }

    private async ValueTask RequireChunksAsync(BlobManifest manifest, CancellationToken cancellationToken)
    {
        HashSet<ContentHash> doomed = await _sweeper.ListDoomedAsync(cancellationToken).ConfigureAwait(false);
        var options = new ParallelOptions { MaxDegreeOfParallelism = LooksAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(manifest.Chunks.Distinct(), options, async (chunk, token) =>
        {
            if (doomed.Contains(chunk.Hash)
                || await _bucket.FindAsync(ObjectNames.Chunk(chunk.Hash), token).ConfigureAwait(false) is not { } found
                || found.Length != chunk.Length)
            {
                throw BlobFailures.ChunkMissing(manifest.Id, chunk, Name);
            }
        }).ConfigureAwait(false);
    }
}
