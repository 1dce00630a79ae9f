using System.Collections.Immutable;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Replication.Blobs;

/// <summary>
/// Removes blobs from a hub that no record refers to any more, a grace period later. One run at a time; walks attachments in
/// pages and pins nothing. Thread-safe.
/// </summary>
/// <remarks>
/// Nothing is removed for what a run has not seen: records are scanned up to the present first. An attachment without a
/// reference only gets a date at first; a device that was offline has the grace period to bring the record that refers to it.
/// One that comes later still finds its blob asked for: the run that sees the reference puts the blob on the list of wanted
/// ones, and any device that holds it sends it again.
/// </remarks>
public sealed class BlobCollector : IDisposable
{
    private readonly IBlobStore _blobs;
    private readonly IRecordStore _store;
    private readonly BlobAttachments _attachments;
    private readonly BlobGate _gate;
    private readonly RecentlyUsed<BlobManifest> _manifests;
    private readonly BlobUploads _uploads;
    private readonly TimeProvider _time;
    private readonly BlobReferenceIndex _references;
    private readonly SemaphoreSlim _running = new(1, 1);

    internal BlobCollector(
        IBlobStore blobs,
        IRecordStore store,
        BlobAttachments attachments,
        BlobGate gate,
        RecentlyUsed<BlobManifest> manifests,
        BlobUploads uploads,
        TimeProvider time)
    {
        _blobs = blobs;
        _store = store;
        _attachments = attachments;
        _gate = gate;
        _manifests = manifests;
        _uploads = uploads;
        _time = time;
        _references = new BlobReferenceIndex(store);
    }

    /// <summary>Scans, detaches, removes and sweeps, once.</summary>
    /// <param name="grace">How long a blob stays after its last reference, and an upload after its last sign of life.</param>
    /// <param name="cancellationToken">Ends the run; what is done is done.</param>
    public async ValueTask<BlobCollection> RunAsync(TimeSpan grace, CancellationToken cancellationToken = default)
    {
        await _running.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            int wanted = await ScanAsync(cancellationToken).ConfigureAwait(false);
            await WithdrawOldAsync(grace, cancellationToken).ConfigureAwait(false);
            (int looked, int detached) = await DetachAsync(grace, cancellationToken).ConfigureAwait(false);
            int removed = await RemoveAsync(cancellationToken).ConfigureAwait(false);
            BlobSweep swept = await _blobs.SweepAsync(grace, cancellationToken).ConfigureAwait(false);
            return new BlobCollection
            {
                AttachmentCount = looked,
                DetachedCount = detached,
                RemovedCount = removed,
                ChunkCount = swept.ChunkCount,
                ChunkBytes = swept.ChunkBytes,
                WantedCount = wanted,
            };
        }
        finally
        {
            _running.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _references.Dispose();
        _running.Dispose();
    }

    internal async ValueTask<ImmutableArray<BlobId>> ListWantedAsync(string scope, CancellationToken cancellationToken)
    {
        string prefix = BlobEntries.ScopePrefix(scope);
        var wanted = ImmutableArray.CreateBuilder<BlobId>();
        await using IStoreSnapshot snapshot = await _store.ReadAsync(cancellationToken).ConfigureAwait(false);
        await foreach (LocalEntry entry in BlobEntries.ListAsync(snapshot, BlobEntries.Wanted, prefix)
            .WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            wanted.Add(BlobId.Parse(entry.Key[prefix.Length..]));
            if (wanted.Count == BlobCodec.WantedMax)
            {
                break;
            }
        }

        return wanted.ToImmutable();
    }

    private async ValueTask<int> ScanAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<string> scopes;
        await using (IStoreSnapshot snapshot = await _store.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            scopes = await snapshot.ListScopesAsync(cancellationToken).ConfigureAwait(false);
        }

        int wanted = 0;
        foreach (string scope in scopes)
        {
            foreach (BlobReference added in await _references.ScanAsync(scope, cancellationToken).ConfigureAwait(false))
            {
                if (!await _attachments.IsAttachedAsync(added.Blob, scope, cancellationToken).ConfigureAwait(false))
                {
                    await _attachments.WantAsync(added.Blob, scope, cancellationToken).ConfigureAwait(false);
                    wanted++;
                }
            }
        }

        return wanted;
    }

    private async ValueTask WithdrawOldAsync(TimeSpan grace, CancellationToken cancellationToken)
    {
        long before = NowMs - (long)grace.TotalMilliseconds;
        string? after = null;
        while (true)
        {
            IReadOnlyList<LocalEntry> page = await BlobEntries
                .PageAsync(_store, BlobEntries.Offered, after, cancellationToken).ConfigureAwait(false);
            foreach (LocalEntry entry in page)
            {
                if (BlobEntries.Number(entry.Value, 0) <= before)
                {
                    BlobManifest manifest = BlobManifestCodec.Decode(entry.Value.Span[sizeof(long)..]);
                    await _uploads.WithdrawAsync(manifest, ScopeOf(entry), cancellationToken).ConfigureAwait(false);
                }
            }

            if (page.Count == 0)
            {
                return;
            }

            after = page[^1].Key;
        }
    }

    private async ValueTask<(int Looked, int Detached)> DetachAsync(TimeSpan grace, CancellationToken cancellationToken)
    {
        (int looked, int detached) = (0, 0);
        string? after = null;
        while (true)
        {
            IReadOnlyList<LocalEntry> page = await BlobEntries
                .PageAsync(_store, BlobEntries.Attached, after, cancellationToken).ConfigureAwait(false);
            foreach (LocalEntry entry in page)
            {
                looked++;
                detached += await JudgeAsync(entry, grace, cancellationToken).ConfigureAwait(false) ? 1 : 0;
            }

            if (page.Count == 0)
            {
                return (looked, detached);
            }

            after = page[^1].Key;
        }
    }

    private async ValueTask<bool> JudgeAsync(LocalEntry entry, TimeSpan grace, CancellationToken cancellationToken)
    {
        BlobId blob = BlobId.Parse(entry.Key[..ContentHash.TextLength]);
        string scope = ScopeOf(entry);
        BlobAttachment attachment = BlobAttachment.Decode(entry.Value);
        if (await _references.IsReferencedAsync(blob, scope, cancellationToken).ConfigureAwait(false))
        {
            if (attachment.UnreferencedSinceMs != 0)
            {
                await _attachments.MarkAsync(blob, scope, attachment, 0, cancellationToken).ConfigureAwait(false);
            }

            return false;
        }

        if (attachment.UnreferencedSinceMs == 0)
        {
            await _attachments.MarkAsync(blob, scope, attachment, NowMs, cancellationToken).ConfigureAwait(false);
            return false;
        }

        if (NowMs - attachment.UnreferencedSinceMs < (long)grace.TotalMilliseconds)
        {
            return false;
        }

        using IDisposable entered = await _gate.EnterAsync(blob, cancellationToken).ConfigureAwait(false);
        BlobManifest? manifest = await _blobs.GetManifestAsync(blob, cancellationToken).ConfigureAwait(false);
        return await _attachments.DetachAsync(blob, manifest, scope, attachment, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<int> RemoveAsync(CancellationToken cancellationToken)
    {
        int removed = 0;
        await foreach (BlobId blob in _blobs.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            using IDisposable entered = await _gate.EnterAsync(blob, cancellationToken).ConfigureAwait(false);
            if (!await _attachments.IsAttachedAnywhereAsync(blob, cancellationToken).ConfigureAwait(false))
            {
                await _blobs.RemoveManifestAsync(blob, removesChunks: true, cancellationToken).ConfigureAwait(false);
                _manifests.Remove(blob.ToString());
                removed++;
            }
        }

        return removed;
    }

    private long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private static string ScopeOf(LocalEntry entry) => entry.Key[(ContentHash.TextLength + 1)..];
}
