using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Replication.Blobs;

/// <summary>
/// Removes blobs from a hub that no record refers to any more, a grace period later. One run at a time; walks attachments in
/// pages and pins nothing. Thread-safe.
/// </summary>
/// <remarks>
/// Nothing is removed for what a run has not seen: an attachment ends in a transaction that finds all records of its scope
/// scanned, up to that moment. An attachment without a reference only gets a date at first; a device that was offline has the grace
/// period to bring the record that refers to it.
/// One that comes later still finds its blob asked for: the run that sees the reference puts the blob on the list of wanted
/// ones, and any device that holds it sends it again.
/// </remarks>
public sealed class BlobCollector : IDisposable
{
    private const int AttemptsMax = 5;

    private readonly IBlobStore _blobs;
    private readonly IRecordStore _store;
    private readonly BlobAttachments _attachments;
    private readonly WantedBlobs _wanted;
    private readonly BlobUploads _uploads;
    private readonly BlobRemoval _removal;
    private readonly TimeProvider _time;
    private readonly BlobReferenceIndex _references;
    private readonly SemaphoreSlim _running = new(1, 1);

    internal BlobCollector(
        IBlobStore blobs,
        IRecordStore store,
        BlobAttachments attachments,
        WantedBlobs wanted,
        BlobUploads uploads,
        BlobRemoval removal,
        TimeProvider time)
    {
        _blobs = blobs;
        _store = store;
        _attachments = attachments;
        _wanted = wanted;
        _uploads = uploads;
        _removal = removal;
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
            int removed = await _removal.RunAsync(cancellationToken).ConfigureAwait(false);
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
            wanted += await ScanAsync(scope, cancellationToken).ConfigureAwait(false);
        }

        return wanted;
    }

    private async ValueTask<int> ScanAsync(string scope, CancellationToken cancellationToken)
    {
        int wanted = 0;
        foreach (BlobReference added in await _references.ScanAsync(scope, cancellationToken).ConfigureAwait(false))
        {
            wanted += await _wanted.AddMissingAsync(added.Blob, scope, cancellationToken).ConfigureAwait(false) ? 1 : 0;
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
                    await _uploads
                        .WithdrawAsync(manifest, BlobEntries.Split(entry.Key).Scope, entry.Value, cancellationToken).ConfigureAwait(false);
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
        (BlobId blob, string scope) = BlobEntries.Split(entry.Key);
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

        for (int attempt = 0; attempt < AttemptsMax; attempt++)
        {
            if (await _removal.DetachAsync(blob, scope, attachment, cancellationToken).ConfigureAwait(false) is { } isDetached)
            {
                return isDetached;
            }

            // Records have come since the scan: one of them may refer to it.
            await ScanAsync(scope, cancellationToken).ConfigureAwait(false);
        }

        // A scope that is written to all the time: the next run tries again.
        return false;
    }

    private long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();
}
