using System.Collections.Immutable;
using System.Security.Cryptography;
using Ordo.Sync.Errors;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Bundles;

// Pages that are whole and wait: for the rest of a damaged bundle, or for changes that they build on.
internal sealed partial class BundleImporter
{
    // The hash of each page, from the file or from what waits here; of those that are missing, nothing.
    private static async ValueTask<List<byte[]?>> HashesAsync(
        IStoreTransaction transaction,
        UInt128 bundle,
        BundleContent content,
        BundleScopeEnd? end,
        CancellationToken cancellationToken)
    {
        int count = end?.PageCount ?? (content.Pages.Count == 0 ? 0 : content.Pages.Keys.Max() + 1);
        var hashes = new List<byte[]?>();
        for (int number = 0; number < count; number++)
        {
            if (content.Pages.TryGetValue(number, out (long Offset, byte[] Hash) page))
            {
                hashes.Add(page.Hash);
                continue;
            }

            ReadOnlyMemory<byte>? staged = await BundleInbox
                .ReadPageAsync(transaction, bundle, content.Scope, number, cancellationToken).ConfigureAwait(false);
            hashes.Add(staged is { } bytes ? SHA256.HashData(bytes.Span) : null);
        }

        return hashes;
    }

    private static async ValueTask<ReadOnlyMemory<byte>> ReadPageAsync(
        IStoreSnapshot snapshot,
        UInt128 bundle,
        BundleContent content,
        BundleFrames frames,
        int number,
        CancellationToken cancellationToken)
    {
        if (content.Pages.TryGetValue(number, out (long Offset, byte[] Hash) place))
        {
            byte[]? body = await frames.ReadAgainAsync(place.Offset, cancellationToken).ConfigureAwait(false);
            return body is null ? default : BundlePage.Read(body).Page;
        }

        return await BundleInbox.ReadPageAsync(snapshot, bundle, content.Scope, number, cancellationToken)
            .ConfigureAwait(false) ?? default;
    }

    private static async ValueTask StageAsync(
        IStoreTransaction transaction,
        UInt128 bundle,
        BundleContent content,
        BundleFrames frames,
        CancellationToken cancellationToken)
    {
        long bytes = 0;
        foreach (int number in content.Pages.Keys)
        {
            ReadOnlyMemory<byte> page = await ReadPageAsync(
                transaction, bundle, content, frames, number, cancellationToken).ConfigureAwait(false);
            bytes += page.Length;
            if (bytes > StagedBytesMax)
            {
                throw new SyncException(
                    SyncErrorCode.TooLarge,
                    $"The scope '{content.Scope}' of the bundle is too large to wait here until it is complete.",
                    "Copy the bundle again, and import a whole copy.");
            }

            await BundleInbox.PutPageAsync(transaction, bundle, content.Scope, number, page, cancellationToken)
                .ConfigureAwait(false);
        }

        await BundleInbox.PutEndAsync(transaction, bundle, content.Scope, content.End, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
    }

    // What waited for changes that have come now is applied, and may in turn be what others wait for.
    private async ValueTask ApplyWaitingAsync(
        ImmutableArray<BundleScopeReport>.Builder reports, CancellationToken cancellationToken)
    {
        foreach (IRecordStore store in _contents.Keys.Where(rules.Accepts).Select(scope => placeOf(scope).Store).Distinct().ToList())
        {
            bool hasApplied = true;
            while (hasApplied)
            {
                hasApplied = false;
                IReadOnlyList<(UInt128 Bundle, string Scope)> waiting;
                await using (IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    waiting = await BundleInbox.ListAsync(snapshot, cancellationToken).ConfigureAwait(false);
                }

                foreach ((UInt128 bundle, string scope) in waiting)
                {
                    BundleScopeReport? report = await TryApplyWaitingAsync(store, bundle, scope, cancellationToken)
                        .ConfigureAwait(false);
                    if (report is not null)
                    {
                        reports.Add(report);
                        hasApplied = true;
                    }
                }
            }
        }
    }

    private async ValueTask<BundleScopeReport?> TryApplyWaitingAsync(
        IRecordStore store, UInt128 bundle, string scope, CancellationToken cancellationToken)
    {
        await using IStoreTransaction transaction = await store.BeginAsync(cancellationToken).ConfigureAwait(false);
        BundleScopeEnd? end = await BundleInbox.ReadEndAsync(transaction, bundle, scope, cancellationToken)
            .ConfigureAwait(false);
        if (end is null || !rules.Accepts(scope) || !rules.Trusts(end))
        {
            return null;
        }

        var content = new BundleContent(scope) { End = end };
        List<byte[]?> hashes = await HashesAsync(transaction, bundle, content, end, cancellationToken).ConfigureAwait(false);
        if (hashes.Contains(null))
        {
            return null;
        }

        byte[][] whole = [.. hashes.Select(hash => hash!)];
        if (!BundleScopeEnd.HashOf(bundle, scope, end.Generation, whole).AsSpan().SequenceEqual(end.Hash))
        {
            return null;
        }

        var pages = new BundlePages(whole.Length, whole, async (number, ct) =>
            await BundleInbox.ReadPageAsync(transaction, bundle, scope, number, ct).ConfigureAwait(false) ?? default);
        (BundleScopeStatus status, int changed) = await ApplyAsync(transaction, bundle, end, pages, cancellationToken)
            .ConfigureAwait(false);
        return status == BundleScopeStatus.Applied
            ? new BundleScopeReport(scope, status) { RecordCount = end.RecordCount, ChangedCount = changed }
            : null;
    }
}
