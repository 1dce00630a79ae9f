using Ordo.Sync.Replication.Blobs;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Engine.Blobs;

/// <summary>What leaves a device: blobs evicted by hand or for want of room, and those that nothing refers to. Thread-safe.</summary>
internal sealed class BlobHousekeeping(BlobServices services, BlobLedger ledger, TransferQueue queue) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);

    /// <summary>Removes a blob's content, unless it is pinned or may be the only copy.</summary>
    public async ValueTask<bool> TryEvictAsync(BlobId blob, CancellationToken cancellationToken)
    {
        using IDisposable entered = await services.Gate.EnterAsync(blob, cancellationToken).ConfigureAwait(false);
        BlobRecollection recollection = await ledger.GetAsync(blob, cancellationToken).ConfigureAwait(false);
        if (recollection.IsPinned
            || queue.Contains(BlobDirection.Upload, blob)
            || !await IsWhereverNeededAsync(blob, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        await services.Blobs.RemoveManifestAsync(blob, removesChunks: true, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Evicts the blobs used longest ago until there is room that was not there when a chunk found none.</summary>
    /// <param name="bytes">The room needed.</param>
    /// <param name="usedBytes">What was held then: others who found none may have made room since.</param>
    /// <param name="cancellationToken">Ends the work; what is evicted is evicted.</param>
    /// <returns>Whether there is.</returns>
    public async ValueTask<bool> MakeRoomAsync(long bytes, long usedBytes, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (HasRoom())
            {
                return true;
            }

            var held = new List<(long UsedAtMs, BlobId Blob)>();
            await foreach (BlobId blob in services.Blobs.ListAsync(cancellationToken).ConfigureAwait(false))
            {
                held.Add(((await ledger.GetAsync(blob, cancellationToken).ConfigureAwait(false)).UsedAtMs, blob));
            }

            foreach ((long _, BlobId blob) in held.OrderBy(one => one.UsedAtMs))
            {
                if (HasRoom())
                {
                    break;
                }

                await TryEvictAsync(blob, cancellationToken).ConfigureAwait(false);
            }

            return HasRoom();
        }
        finally
        {
            _gate.Release();
        }

        bool HasRoom() => usedBytes - services.Blobs.Usage.ChunkBytes >= bytes;
    }

    /// <summary>Removes blobs that no record has referred to for the grace period, and what broken transfers left.</summary>
    /// <param name="scopes">The scopes this device is subscribed to, which have been scanned for references just now.</param>
    /// <param name="cancellationToken">Ends the work; what is removed is removed.</param>
    public async ValueTask<BlobCollection> CollectAsync(
        IReadOnlyCollection<string> scopes, CancellationToken cancellationToken)
    {
        (int looked, int removed) = (0, 0);
        await foreach (BlobId blob in services.Blobs.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            looked++;
            removed += await CollectAsync(blob, scopes, cancellationToken).ConfigureAwait(false) ? 1 : 0;
        }

        BlobSweep swept = await services.Blobs.SweepAsync(services.Options.Grace, cancellationToken).ConfigureAwait(false);
        return new BlobCollection
        {
            AttachmentCount = looked,
            RemovedCount = removed,
            ChunkCount = swept.ChunkCount,
            ChunkBytes = swept.ChunkBytes,
        };
    }

    public void Dispose() => _gate.Dispose();

    // At the hub, and there in each scope whose records refer to it: what lies in one scope cannot be fetched for another.
    private async ValueTask<bool> IsWhereverNeededAsync(BlobId blob, CancellationToken cancellationToken)
    {
        foreach (BlobReference reference in await services.References.FindAsync(blob, cancellationToken).ConfigureAwait(false))
        {
            if (!await ledger.IsAtHubAsync(blob, reference.Scope, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }
        }

        return await ledger.IsAtHubAsync(blob, scope: null, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<bool> CollectAsync(
        BlobId blob, IReadOnlyCollection<string> scopes, CancellationToken cancellationToken)
    {
        using IDisposable entered = await services.Gate.EnterAsync(blob, cancellationToken).ConfigureAwait(false);
        BlobRecollection recollection = await ledger.GetAsync(blob, cancellationToken).ConfigureAwait(false);
        bool isNeeded = recollection.IsPinned
            || queue.Contains(BlobDirection.Upload, blob)
            || await services.References.IsReferencedAsync(blob, scope: null, cancellationToken).ConfigureAwait(false);
        long since = recollection.UnreferencedSinceMs;
        if (isNeeded || since == 0)
        {
            // Only dated at first: a record that refers to it may be about to be written.
            long marked = isNeeded ? 0 : services.NowMs;
            await ledger.ChangeAsync(
                blob, before => before with { UnreferencedSinceMs = marked }, cancellationToken).ConfigureAwait(false);
            return false;
        }

        if (services.NowMs - Math.Max(since, recollection.UsedAtMs) < (long)services.Options.Grace.TotalMilliseconds
            || !await services.References.IsCurrentAsync(scopes, cancellationToken).ConfigureAwait(false))
        {
            // In the second case a record has been written since the scan, and may refer to it: the next collection sees it.
            return false;
        }

        await services.Blobs.RemoveManifestAsync(blob, removesChunks: true, cancellationToken).ConfigureAwait(false);
        await ledger.ForgetAsync(blob, cancellationToken).ConfigureAwait(false);
        return true;
    }
}
