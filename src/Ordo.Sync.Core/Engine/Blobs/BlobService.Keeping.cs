using Ordo.Sync.Replication.Blobs;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Engine.Blobs;

/// <content>What stays on the device, and what goes.</content>
internal sealed partial class BlobService
{
    // A note of the last use is not worth a write each time.
    private const long UsedPrecisionMs = 60 * 60 * 1000;

    public async ValueTask PinAsync(BlobId blob, CancellationToken cancellationToken)
    {
        OpenBlobs open = await OpenAsync(cancellationToken).ConfigureAwait(false);
        using (await open.Services.Gate.EnterAsync(blob, cancellationToken).ConfigureAwait(false))
        {
            await open.Ledger
                .ChangeAsync(blob, before => before with { IsPinned = true }, cancellationToken).ConfigureAwait(false);
        }

        if (HasTransport && await _blobs.GetManifestAsync(blob, cancellationToken).ConfigureAwait(false) is null)
        {
            foreach (BlobReference reference in await FindAsync(open, blob, cancellationToken).ConfigureAwait(false))
            {
                await open.Queue
                    .AddAsync(BlobDirection.Download, reference.Scope, blob, cancellationToken).ConfigureAwait(false);
                break;
            }

            WorkAdded?.Invoke();
        }
    }

    public async ValueTask UnpinAsync(BlobId blob, CancellationToken cancellationToken)
    {
        OpenBlobs open = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await open.Ledger.ChangeAsync(blob, before => before with { IsPinned = false }, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<bool> EvictAsync(BlobId blob, CancellationToken cancellationToken)
    {
        OpenBlobs open = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await open.Planner.ScanAsync(_engine.Subscriptions, cancellationToken).ConfigureAwait(false);
        return await open.Housekeeping.TryEvictAsync(blob, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<BlobStatus> GetStatusAsync(BlobId blob, CancellationToken cancellationToken)
    {
        OpenBlobs open = await OpenAsync(cancellationToken).ConfigureAwait(false);
        BlobManifest? manifest = await _blobs.GetManifestAsync(blob, cancellationToken).ConfigureAwait(false);
        long length = manifest?.Length ?? (await FindAsync(open, blob, cancellationToken).ConfigureAwait(false))
            .Select(reference => reference.Length).DefaultIfEmpty(-1).Max();
        BlobRecollection recollection = await open.Ledger.GetAsync(blob, cancellationToken).ConfigureAwait(false);
        return new BlobStatus(
            manifest is not null,
            length,
            recollection.IsPinned,
            await open.Ledger.IsAtHubAsync(blob, scope: null, cancellationToken).ConfigureAwait(false));
    }

    public async ValueTask<BlobCollection> CollectAsync(CancellationToken cancellationToken)
    {
        OpenBlobs open = await OpenAsync(cancellationToken).ConfigureAwait(false);

        // A reference that is not indexed yet would not count.
        IReadOnlyCollection<string> scopes = _engine.Subscriptions;
        await open.Planner.ScanAsync(scopes, cancellationToken).ConfigureAwait(false);
        return await open.Housekeeping.CollectAsync(scopes, cancellationToken).ConfigureAwait(false);
    }

    // A blob that was here before may be about to be removed for want of references: it is either gone before, or stays now.
    private async ValueTask KeepAsync(OpenBlobs open, BlobManifest manifest, CancellationToken cancellationToken)
    {
        using IDisposable entered = await open.Services.Gate.EnterAsync(manifest.Id, cancellationToken).ConfigureAwait(false);
        await _blobs.PutManifestAsync(manifest, cancellationToken).ConfigureAwait(false);
        await open.Ledger.ChangeAsync(
            manifest.Id,
            before => before with { UsedAtMs = open.Services.NowMs, UnreferencedSinceMs = 0 },
            cancellationToken).ConfigureAwait(false);
    }

    private static async ValueTask NoteUseAsync(OpenBlobs open, BlobId blob, CancellationToken cancellationToken)
    {
        long now = open.Services.NowMs;
        if (now - (await open.Ledger.GetAsync(blob, cancellationToken).ConfigureAwait(false)).UsedAtMs >= UsedPrecisionMs)
        {
            await open.Ledger.ChangeAsync(blob, before => before with { UsedAtMs = now }, cancellationToken).ConfigureAwait(false);
        }
    }
}
