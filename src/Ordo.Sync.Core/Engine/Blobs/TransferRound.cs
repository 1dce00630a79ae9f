using System.Collections.Concurrent;
using Ordo.Sync.Errors;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Engine.Blobs;

/// <summary>
/// Rounds of transfers, one at a time: find what records have come to refer to, decide what is to be moved, move what is due. A
/// transfer that fails is noted and the others go on; only what would meet all of them (no network) ends a round.
/// </summary>
internal sealed class TransferRound(
    BlobServices services, TransferPlanner planner, TransferQueue queue, BlobLedger ledger, DownloadDesk desk) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly ConcurrentDictionary<BlobTransfer, Upload> _uploads = new();

    /// <summary>The progress of a transfer that is under way; <see langword="null"/> for others.</summary>
    public BlobProgress? ProgressOf(BlobTransfer transfer) => transfer.Direction == BlobDirection.Download
        ? desk.ProgressOf(transfer.Blob)
        : _uploads.FirstOrDefault(running =>
            running.Key.Blob == transfer.Blob && string.Equals(running.Key.Scope, transfer.Scope, StringComparison.Ordinal))
            .Value?.Progress;

    /// <summary>Runs one round.</summary>
    /// <param name="scopes">The scopes this device is subscribed to.</param>
    /// <param name="retriesAll">Whether transfers are tried again before their pause is over.</param>
    /// <param name="progress">Is told how far each has come.</param>
    /// <param name="cancellationToken">Ends the round; what has been moved stays.</param>
    public async ValueTask<BlobSyncReport> RunAsync(
        IReadOnlyCollection<string> scopes,
        bool retriesAll,
        IProgress<BlobProgress>? progress,
        CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await RunGatedAsync(scopes, retriesAll, progress, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private async ValueTask<BlobSyncReport> RunGatedAsync(
        IReadOnlyCollection<string> scopes,
        bool retriesAll,
        IProgress<BlobProgress>? progress,
        CancellationToken cancellationToken)
    {
        long sent = services.Lane.BytesSent;
        long received = services.Lane.BytesReceived;
        await planner.ScanAsync(scopes, cancellationToken).ConfigureAwait(false);
        var tally = new RoundTally();
        if (services.Transport is not null)
        {
            await planner.ReviewAsync(scopes, tally, cancellationToken).ConfigureAwait(false);
            if (tally.Error is null)
            {
                await MoveAsync(retriesAll, progress, tally, cancellationToken).ConfigureAwait(false);
            }
        }

        return new BlobSyncReport(
            tally.UploadedCount,
            tally.DownloadedCount,
            services.Lane.BytesSent - sent,
            services.Lane.BytesReceived - received,
            [.. queue.List()],
            tally.Error);
    }

    private async ValueTask MoveAsync(
        bool retriesAll, IProgress<BlobProgress>? progress, RoundTally tally, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        DateTimeOffset now = services.Time.GetUtcNow();
        IEnumerable<BlobTransfer> due = queue.List().Where(transfer => retriesAll || transfer.NextAttemptAt <= now);
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = services.Options.TransfersMax,
            CancellationToken = stop.Token,
        };
        try
        {
            await Parallel.ForEachAsync(due, options, async (transfer, token) =>
            {
                if (await MoveAsync(transfer, progress, tally, token).ConfigureAwait(false) is { } error)
                {
                    tally.Error = error;
                    await stop.CancelAsync().ConfigureAwait(false);
                }
            }).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The round was ended by the error that the tally holds.
        }
    }

    // Returns what ends the round.
    private async ValueTask<SyncException?> MoveAsync(
        BlobTransfer transfer, IProgress<BlobProgress>? progress, RoundTally tally, CancellationToken cancellationToken)
    {
        try
        {
            if (transfer.Direction == BlobDirection.Upload)
            {
                await UploadAsync(transfer, progress, tally, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await DownloadAsync(transfer, progress, tally, cancellationToken).ConfigureAwait(false);
            }

            return null;
        }
        catch (SyncException exception)
        {
            bool endsRound = RoundTally.EndsRound(exception.Code);
            await queue.FailAsync(transfer, exception, countsAgainstIt: !endsRound, CancellationToken.None).ConfigureAwait(false);
            return endsRound ? exception : null;
        }
    }

    private async ValueTask UploadAsync(
        BlobTransfer transfer, IProgress<BlobProgress>? progress, RoundTally tally, CancellationToken cancellationToken)
    {
        BlobManifest? manifest = await services.Blobs.GetManifestAsync(transfer.Blob, cancellationToken).ConfigureAwait(false);
        if (manifest is not null)
        {
            var upload = new Upload(services, services.Transport!, manifest, transfer.Scope, progress);
            _uploads[transfer] = upload;
            try
            {
                await upload.RunAsync(cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                _uploads.TryRemove(transfer, out _);
            }

            await ledger.SetAtHubAsync(transfer.Blob, transfer.Scope, isThere: true, cancellationToken).ConfigureAwait(false);
            tally.CountUploaded();
        }

        // Without a manifest the content is not here any more: there is nothing to send.
        await queue.RemoveAsync(transfer, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask DownloadAsync(
        BlobTransfer transfer, IProgress<BlobProgress>? progress, RoundTally tally, CancellationToken cancellationToken)
    {
        if (await services.Blobs.GetManifestAsync(transfer.Blob, cancellationToken).ConfigureAwait(false) is null)
        {
            using DownloadLease lease = desk.Join(transfer.Blob, [transfer.Scope], isReader: false);
            await lease.CompleteAsync(progress, cancellationToken).ConfigureAwait(false);

            await NoteFetchedAsync(transfer.Blob, transfer.Scope, cancellationToken).ConfigureAwait(false);
            tally.CountDownloaded();
        }

        await queue.RemoveAsync(transfer, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Remembers that a blob has come from the hub, and so is there too.</summary>
    public async ValueTask NoteFetchedAsync(BlobId blob, string scope, CancellationToken cancellationToken)
    {
        await ledger.SetAtHubAsync(blob, scope, isThere: true, cancellationToken).ConfigureAwait(false);
        await ledger.ChangeAsync(
            blob, before => before with { UsedAtMs = services.NowMs }, cancellationToken).ConfigureAwait(false);
    }
}
