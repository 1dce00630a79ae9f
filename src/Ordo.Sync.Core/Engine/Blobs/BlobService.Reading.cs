using Ordo.Sync.Replication.Blobs;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Engine.Blobs;

/// <content>Reading what is here, and fetching what is not.</content>
internal sealed partial class BlobService
{
    public async ValueTask<Stream> OpenReadAsync(BlobId blob, CancellationToken cancellationToken)
    {
        OpenBlobs open = await OpenAsync(cancellationToken).ConfigureAwait(false);
        BlobManifest? manifest = await _blobs.GetManifestAsync(blob, cancellationToken).ConfigureAwait(false);
        if (manifest is not null)
        {
            await NoteUseAsync(open, blob, cancellationToken).ConfigureAwait(false);
        }

        var reading = new BlobReading(_blobs, blob, manifest, token => JoinAsync(open, blob, token));
        try
        {
            await reading.OpenAsync(cancellationToken).ConfigureAwait(false);
            return new BlobStream(reading);
        }
        catch
        {
            reading.Dispose();
            throw;
        }
    }

    public async ValueTask DownloadAsync(
        BlobId blob, IProgress<BlobProgress>? progress, CancellationToken cancellationToken)
    {
        OpenBlobs open = await OpenAsync(cancellationToken).ConfigureAwait(false);
        if (await _blobs.GetManifestAsync(blob, cancellationToken).ConfigureAwait(false) is not null)
        {
            return;
        }

        using DownloadLease lease = await JoinAsync(open, blob, cancellationToken).ConfigureAwait(false);
        await lease.CompleteAsync(progress, cancellationToken).ConfigureAwait(false);

        await open.Round.NoteFetchedAsync(blob, lease.Download.Progress.Scope, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<DownloadLease> JoinAsync(OpenBlobs open, BlobId blob, CancellationToken cancellationToken)
    {
        IReadOnlyList<BlobReference> references = await FindAsync(open, blob, cancellationToken).ConfigureAwait(false);
        if (references.Count == 0)
        {
            throw NotHeld(blob, "No record here refers to it, so there is no scope to fetch it from.");
        }

        string[] scopes = [.. references
            .Where(reference => Options.Downloads.Decide(reference) != false)
            .Select(reference => reference.Scope)];
        return scopes.Length > 0
            ? open.Desk.Join(blob, scopes, isReader: true)
            : throw NotHeld(blob, "BlobOptions.Downloads forbids to fetch it.");
    }

    private async ValueTask<IReadOnlyList<BlobReference>> FindAsync(
        OpenBlobs open, BlobId blob, CancellationToken cancellationToken)
    {
        IReadOnlyList<BlobReference> found = await open.Services.References
            .FindAsync(blob, cancellationToken).ConfigureAwait(false);
        if (found.Count > 0)
        {
            return found;
        }

        // The record may have come a moment ago.
        await open.Planner.ScanAsync(_engine.Subscriptions, cancellationToken).ConfigureAwait(false);
        return await open.Services.References.FindAsync(blob, cancellationToken).ConfigureAwait(false);
    }
}
