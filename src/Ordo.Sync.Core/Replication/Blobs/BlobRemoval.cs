using Ordo.Sync.Errors;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Replication.Blobs;

/// <summary>
/// How blobs leave: out of a scope first, and out of the store once they are in none, beside uploads here and at any number of
/// other instances over the same stores. Thread-safe.
/// </summary>
/// <remarks>
/// In one process a gate keeps uploads and removals apart. Between processes each says first what it is about to do and looks
/// then: an upload notes its offer, then looks whether the blob is held; a removal takes the manifest away, then looks whether the
/// blob is offered or attached. Of two that meet at least one sees the other: the upload finds no manifest and writes one, or the
/// removal puts back what it took.
/// </remarks>
internal sealed class BlobRemoval(
    IBlobStore blobs,
    BlobAttachments attachments,
    WantedBlobs wanted,
    BlobGate gate,
    RecentlyUsed<BlobManifest> manifests)
{
    /// <inheritdoc cref="BlobAttachments.DetachAsync"/>
    public async ValueTask<bool?> DetachAsync(
        BlobId blob, string scope, BlobAttachment judged, CancellationToken cancellationToken)
    {
        using IDisposable entered = await gate.EnterAsync(blob, cancellationToken).ConfigureAwait(false);
        BlobManifest? manifest = await blobs.GetManifestAsync(blob, cancellationToken).ConfigureAwait(false);
        return await attachments.DetachAsync(blob, manifest, scope, judged, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes the blobs that are attached and offered nowhere.</summary>
    /// <returns>How many.</returns>
    public async ValueTask<int> RunAsync(CancellationToken cancellationToken)
    {
        int removed = 0;
        await foreach (BlobId blob in blobs.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            using IDisposable entered = await gate.EnterAsync(blob, cancellationToken).ConfigureAwait(false);
            if (!await attachments.IsAttachedAnywhereAsync(blob, cancellationToken).ConfigureAwait(false))
            {
                removed += await RemoveAsync(blob, cancellationToken).ConfigureAwait(false) ? 1 : 0;
            }
        }

        return removed;
    }

    private async ValueTask<bool> RemoveAsync(BlobId blob, CancellationToken cancellationToken)
    {
        BlobManifest? taken = await blobs.GetManifestAsync(blob, cancellationToken).ConfigureAwait(false);
        await blobs.RemoveManifestAsync(blob, removesChunks: true, cancellationToken).ConfigureAwait(false);
        manifests.Remove(blob.ToString());

        // From here to its end, whatever is cancelled: an upload elsewhere may rely on what was taken away.
        if (!await attachments.IsAttachedAnywhereAsync(blob, CancellationToken.None).ConfigureAwait(false))
        {
            return true;
        }

        if (taken is not null)
        {
            await PutBackAsync(taken).ConfigureAwait(false);
        }

        return false;
    }

    private async ValueTask PutBackAsync(BlobManifest taken)
    {
        try
        {
            await blobs.PutManifestAsync(taken, CancellationToken.None).ConfigureAwait(false);
        }
        catch (SyncException exception) when (exception.Code == SyncErrorCode.BlobMissing)
        {
            // A sweep has taken chunks of it in between: devices that have it are asked, as for whatever is not whole.
            foreach (string scope in await attachments.ListScopesAsync(taken.Id, CancellationToken.None).ConfigureAwait(false))
            {
                await wanted.AddAsync(taken.Id, scope, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }
}
