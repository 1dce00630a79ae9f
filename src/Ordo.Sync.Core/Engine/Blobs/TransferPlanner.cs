using System.Collections.Immutable;
using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Blobs;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Engine.Blobs;

/// <summary>
/// Finds out which transfers are needed: from what records have come to refer to, and from what the hub says it lacks. For one caller
/// at a time, but for scans.
/// </summary>
internal sealed class TransferPlanner(BlobServices services, TransferQueue queue, BlobLedger ledger)
{
    private DateTimeOffset _reviewedAt = DateTimeOffset.MinValue;

    /// <summary>Looks through what changed in the scopes, and asks for the transfers that follow.</summary>
    public async ValueTask ScanAsync(IReadOnlyCollection<string> scopes, CancellationToken cancellationToken)
    {
        foreach (string scope in scopes)
        {
            foreach (BlobReference reference in await services.References
                .ScanAsync(scope, cancellationToken).ConfigureAwait(false))
            {
                await ConsiderAsync(reference, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// Goes through all references, seldom: for those found before a crash, for a change of policy, for blobs that the hub has lost.
    /// </summary>
    public async ValueTask ReviewAsync(
        IReadOnlyCollection<string> scopes, RoundTally tally, CancellationToken cancellationToken)
    {
        DateTimeOffset now = services.Time.GetUtcNow();
        if (now - _reviewedAt < services.Options.ReviewInterval)
        {
            return;
        }

        try
        {
            foreach (string scope in scopes)
            {
                await AskWhatIsWantedAsync(scope, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (SyncException exception) when (RoundTally.EndsRound(exception.Code))
        {
            tally.Error = exception;
            return;
        }

        string? after = null;
        do
        {
            (IReadOnlyList<BlobReference> page, after) = await services.References
                .ListAsync(after, cancellationToken).ConfigureAwait(false);
            foreach (BlobReference reference in page)
            {
                await ConsiderAsync(reference, cancellationToken).ConfigureAwait(false);
            }
        }
        while (after is not null);
        _reviewedAt = now;
    }

    private async ValueTask AskWhatIsWantedAsync(string scope, CancellationToken cancellationToken)
    {
        try
        {
            ImmutableArray<BlobId> wanted = await services.Transport!
                .ListWantedAsync(scope, cancellationToken).ConfigureAwait(false);
            foreach (BlobId blob in wanted)
            {
                if (await services.Blobs.GetManifestAsync(blob, cancellationToken).ConfigureAwait(false) is not null)
                {
                    await ledger.SetAtHubAsync(blob, scope, isThere: false, cancellationToken).ConfigureAwait(false);
                    await queue.AddAsync(BlobDirection.Upload, scope, blob, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (SyncException exception) when (exception.Code is SyncErrorCode.Forbidden or SyncErrorCode.ScopeRevoked)
        {
            // Whoever may not write in the scope cannot help there.
        }
    }

    private async ValueTask ConsiderAsync(BlobReference reference, CancellationToken cancellationToken)
    {
        if (services.Transport is null)
        {
            return;
        }

        if (await services.Blobs.GetManifestAsync(reference.Blob, cancellationToken).ConfigureAwait(false) is not null)
        {
            if (!await ledger.IsAtHubAsync(reference.Blob, reference.Scope, cancellationToken).ConfigureAwait(false))
            {
                await queue.AddAsync(BlobDirection.Upload, reference.Scope, reference.Blob, cancellationToken).ConfigureAwait(false);
            }

            return;
        }

        if (services.Options.Downloads.Decide(reference) == true
            || (await ledger.GetAsync(reference.Blob, cancellationToken).ConfigureAwait(false)).IsPinned)
        {
            await queue.AddAsync(BlobDirection.Download, reference.Scope, reference.Blob, cancellationToken).ConfigureAwait(false);
        }
    }
}
