using Ordo.Sync.Errors;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Replication.Blobs;

/// <summary>
/// How blobs leave: out of a scope first, and out of the store once they are in none, beside uploads here and at any number of
/// other instances over the same stores. Thread-safe.
/// </summary>
/// <remarks>
/// In one process a gate keeps uploads and removals apart. Between processes each says first what it is about to do and looks
/// then: an upload notes its offer, then looks whether the blob is held; a removal notes what it is about to take, takes the
/// manifest away, then looks whether the blob is offered or attached. Of two that meet at least one sees the other: the upload
/// finds no manifest and writes one, or the removal puts back what it took. Where its process dies before it looks, the next run,
/// here or at another instance, finds its note and looks in its place.
/// </remarks>
internal sealed class BlobRemoval(
    IBlobStore blobs,
    BlobAttachments attachments,
    WantedBlobs wanted,
    BlobRemovalNotes notes,
    BlobGate gate,
    RecentlyUsed<BlobManifest> manifests,
    TimeProvider time)
{
    // Noted together: so many blobs, of no more chunks than the longest may have and the last one adds.
    private const int NotedMax = 100;

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
        await FinishOthersAsync(cancellationToken).ConfigureAwait(false);
        (int removed, int chunks) = (0, 0);
        var due = new List<BlobManifest>();
        await foreach (BlobId blob in blobs.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!await attachments.IsAttachedAnywhereAsync(blob, cancellationToken).ConfigureAwait(false)
                && await blobs.GetManifestAsync(blob, cancellationToken).ConfigureAwait(false) is { } manifest)
            {
                due.Add(manifest);
                chunks += manifest.Chunks.Length;
            }

            if (due.Count == NotedMax || chunks >= BlobLimits.ChunksMax)
            {
                removed += await RemoveAsync(due, cancellationToken).ConfigureAwait(false);
                due.Clear();
                chunks = 0;
            }
        }

        return removed + (due.Count == 0 ? 0 : await RemoveAsync(due, cancellationToken).ConfigureAwait(false));
    }

    private async ValueTask<int> RemoveAsync(List<BlobManifest> due, CancellationToken cancellationToken)
    {
        long began = time.GetTimestamp();
        await notes.AddAsync(due, cancellationToken).ConfigureAwait(false);
        int removed = 0;
        foreach (BlobManifest manifest in due)
        {
            using IDisposable entered = await gate.EnterAsync(manifest.Id, cancellationToken).ConfigureAwait(false);
            if (time.GetElapsedTime(began) < BlobRemovalNotes.HoldsFor
                && !await attachments.IsAttachedAnywhereAsync(manifest.Id, cancellationToken).ConfigureAwait(false))
            {
                removed += await RemoveAsync(manifest, cancellationToken).ConfigureAwait(false) ? 1 : 0;
            }
        }

        await notes.ForgetAsync([.. due.Select(manifest => manifest.Id)], cancellationToken).ConfigureAwait(false);
        return removed;
    }

    private async ValueTask<bool> RemoveAsync(BlobManifest manifest, CancellationToken cancellationToken)
    {
        await blobs.RemoveManifestAsync(manifest.Id, removesChunks: true, cancellationToken).ConfigureAwait(false);
        manifests.Remove(manifest.Id.ToString());

        // From here to its end, whatever is cancelled: an upload elsewhere may rely on what was taken away.
        return !await PutBackIfNeededAsync(manifest).ConfigureAwait(false);
    }

    // What a process that died has taken away and not looked at again; one that is still at it loses nothing by a second look.
    private async ValueTask FinishOthersAsync(CancellationToken cancellationToken)
    {
        BlobId? after = null;
        while (true)
        {
            IReadOnlyList<(BlobManifest Manifest, bool IsOver)> page = await notes
                .PageAsync(after, cancellationToken).ConfigureAwait(false);
            if (page.Count == 0)
            {
                return;
            }

            var over = new List<BlobId>();
            foreach ((BlobManifest manifest, bool isOver) in page)
            {
                after = manifest.Id;
                using IDisposable entered = await gate.EnterAsync(manifest.Id, cancellationToken).ConfigureAwait(false);
                if (await blobs.GetManifestAsync(manifest.Id, cancellationToken).ConfigureAwait(false) is null)
                {
                    await PutBackIfNeededAsync(manifest).ConfigureAwait(false);
                }

                if (isOver)
                {
                    over.Add(manifest.Id);
                }
            }

            await notes.ForgetAsync(over, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<bool> PutBackIfNeededAsync(BlobManifest taken)
    {
        if (!await attachments.IsAttachedAnywhereAsync(taken.Id, CancellationToken.None).ConfigureAwait(false))
        {
            return false;
        }

        try
        {
            await blobs.PutManifestAsync(taken, CancellationToken.None).ConfigureAwait(false);
        }
        catch (SyncException exception) when (exception.Code == SyncErrorCode.BlobMissing)
        {
            // Chunks of it are gone: devices that have it are asked, as for whatever is not whole.
            foreach (string scope in await attachments.ListScopesAsync(taken.Id, CancellationToken.None).ConfigureAwait(false))
            {
                await wanted.AddAsync(taken.Id, scope, CancellationToken.None).ConfigureAwait(false);
            }
        }

        return true;
    }
}
