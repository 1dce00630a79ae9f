using System.Collections.Immutable;
using System.Security.Cryptography;
using Ordo.Sync.Causality;
using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Apply;
using Ordo.Sync.Replication.Outcomes;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Bundles;

/// <summary>
/// Imports a bundle by the rules of the network: a scope is applied as one batch or not at all, and only where what it builds on is
/// here. First everything is read and checked, then whole scopes are applied, one transaction each.
/// </summary>
internal sealed class BundleImporter(
    Func<string, (IRecordStore Store, CollectionCatalog Catalog)> placeOf, BundleRules rules, Func<string, IChangeSink?> sinkOf)
{
    private const long StagedBytesMax = 1L << 30;

    private readonly Dictionary<string, BundleContent> _contents = new(StringComparer.Ordinal);

    /// <summary>Raised when a scope was applied, with its name.</summary>
    public Func<string, ValueTask>? Applied { get; init; }

    /// <summary>Imports.</summary>
    /// <param name="input">The file; must be able to seek.</param>
    /// <param name="key">The key; <see langword="null"/> for a bundle that is not encrypted.</param>
    /// <param name="cancellationToken">Ends the work; scopes applied stay so.</param>
    public async ValueTask<BundleImportReport> ImportAsync(
        Stream input, BundleKey? key, CancellationToken cancellationToken)
    {
        BundlePrelude prelude = await ReadPreludeAsync(input, cancellationToken).ConfigureAwait(false);
        using BundleCipher? cipher = CipherOf(prelude, key);
        var frames = new BundleFrames(input, prelude, cipher);
        HybridTimestamp latest = await ReadAllAsync(frames, cancellationToken).ConfigureAwait(false);
        ImmutableArray<BundleDamage> damage = [.. frames.Damage];
        if (latest > rules.TimestampMax)
        {
            DateTimeOffset ready = rules.Now.AddMilliseconds(latest.UnixMilliseconds - rules.TimestampMax.UnixMilliseconds);
            return new BundleImportReport(
                prelude.Bundle,
                [.. _contents.Keys.Order(StringComparer.Ordinal).Select(
                    scope => new BundleScopeReport(scope, BundleScopeStatus.TooFarAhead))],
                damage,
                !frames.HasEnd)
            {
                ReadyAt = ready,
            };
        }

        var reports = ImmutableArray.CreateBuilder<BundleScopeReport>();
        foreach (BundleContent content in _contents.Values.OrderBy(content => content.Scope, StringComparer.Ordinal))
        {
            reports.Add(await ImportAsync(prelude.Bundle, content, frames, cancellationToken).ConfigureAwait(false));
        }

        if (reports.Any(report => report is { Status: BundleScopeStatus.Applied, ChangedCount: > 0 }))
        {
            await ApplyWaitingAsync(reports, cancellationToken).ConfigureAwait(false);
        }

        return new BundleImportReport(prelude.Bundle, reports.ToImmutable(), damage, !frames.HasEnd);
    }

    private static async ValueTask<BundlePrelude> ReadPreludeAsync(Stream input, CancellationToken cancellationToken)
    {
        if (!input.CanSeek)
        {
            throw new ArgumentException("A bundle is read twice: give a file, not a pipe.", nameof(input));
        }

        input.Position = 0;
        var bytes = new byte[BundlePrelude.SizeBytes];
        int read = await input.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken)
            .ConfigureAwait(false);
        return BundlePrelude.Read(bytes.AsSpan(0, read));
    }

    private static BundleCipher? CipherOf(BundlePrelude prelude, BundleKey? key)
    {
        if (!prelude.IsEncrypted)
        {
            return null;
        }

        return key is not null && key.IsPassphrase == (prelude.Iterations > 0)
            ? new BundleCipher(key, prelude)
            : throw new SyncException(
                SyncErrorCode.Unauthorized,
                prelude.Iterations > 0 ? "The bundle is encrypted with a passphrase." : "The bundle is encrypted with a key.",
                "Give what it was exported with.");
    }

    // Every frame is read, and every page to its last record, before anything is applied.
    private async ValueTask<HybridTimestamp> ReadAllAsync(BundleFrames frames, CancellationToken cancellationToken)
    {
        HybridTimestamp latest = default;
        while (await frames.ReadAsync(cancellationToken).ConfigureAwait(false) is { } frame)
        {
            if (frame.Head.Kind == BundleFrameKind.ScopeEnd)
            {
                BundleScopeEnd end = BundleScopeEnd.Read(frame.Body);
                ContentOf(end.Scope).End ??= end;
            }
            else if (frame.Head.Kind == BundleFrameKind.Page)
            {
                (int number, ReadOnlyMemory<byte> page) = BundlePage.Read(frame.Body);
                (Codec.PageHeader header, HybridTimestamp time) = BundlePage.Check(page);
                latest = time > latest ? time : latest;
                ContentOf(header.Scope).Pages.TryAdd(number, (frame.Offset, SHA256.HashData(page.Span)));
            }
        }

        return latest;
    }

    private BundleContent ContentOf(string scope)
    {
        if (!_contents.TryGetValue(scope, out BundleContent? content))
        {
            content = new BundleContent(scope);
            _contents.Add(scope, content);
        }

        return content;
    }

    private async ValueTask<BundleScopeReport> ImportAsync(
        UInt128 bundle, BundleContent content, BundleFrames frames, CancellationToken cancellationToken)
    {
        var report = new BundleScopeReport(content.Scope, BundleScopeStatus.NotSubscribed)
        {
            RecordCount = content.End?.RecordCount ?? 0,
            Signer = [.. content.End?.Signer ?? []],
        };
        if (!rules.Accepts(content.Scope))
        {
            return report;
        }

        IRecordStore store = placeOf(content.Scope).Store;
        await using IStoreTransaction transaction = await store.BeginAsync(cancellationToken).ConfigureAwait(false);
        BundleScopeEnd? end = content.End ?? await BundleInbox
            .ReadEndAsync(transaction, bundle, content.Scope, cancellationToken).ConfigureAwait(false);
        List<byte[]?> hashes = await HashesAsync(transaction, bundle, content, end, cancellationToken).ConfigureAwait(false);
        if (end is null || hashes.Contains(null))
        {
            await StageAsync(transaction, bundle, content, frames, cancellationToken).ConfigureAwait(false);
            return report with
            {
                Status = BundleScopeStatus.Incomplete,
                MissingPages = [.. Enumerable.Range(0, hashes.Count).Where(number => hashes[number] is null)],
            };
        }

        byte[][] whole = [.. hashes.Select(hash => hash!)];
        if (!BundleScopeEnd.HashOf(bundle, content.Scope, whole).AsSpan().SequenceEqual(end.Hash) || !rules.Trusts(end))
        {
            return report with { Status = BundleScopeStatus.Untrusted };
        }

        var pages = new BundlePages(whole.Length, whole, (number, ct) =>
            ReadPageAsync(transaction, bundle, content, frames, number, ct));
        (BundleScopeStatus status, int changed) = await ApplyAsync(
            transaction, bundle, content.Scope, pages, cancellationToken).ConfigureAwait(false);
        if (status == BundleScopeStatus.BaseMissing)
        {
            await transaction.DisposeAsync().ConfigureAwait(false);
            await using IStoreTransaction staging = await store.BeginAsync(cancellationToken).ConfigureAwait(false);
            await StageAsync(staging, bundle, content, frames, cancellationToken).ConfigureAwait(false);
        }

        return report with { Status = status, ChangedCount = changed };
    }

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

    private async ValueTask<(BundleScopeStatus Status, int ChangedCount)> ApplyAsync(
        IStoreTransaction transaction, UInt128 bundle, string scope, BundlePages pages, CancellationToken cancellationToken)
    {
        CollectionCatalog catalog = placeOf(scope).Catalog;
        var applying = ApplyRules.Trusting with { TimestampMax = rules.TimestampMax };
        ApplyResult result = await BatchApplier.ApplyAsync(
            transaction, scope, pages, catalog, applying, rules.Now, sinkOf(scope), cancellationToken).ConfigureAwait(false);
        switch (result.Status)
        {
            case ApplyStatus.BaseMissing:
                return (BundleScopeStatus.BaseMissing, 0);
            case ApplyStatus.SenderBehind:
                return (BundleScopeStatus.SenderBehind, 0);
            case ApplyStatus.ClockSkew:
                return (BundleScopeStatus.TooFarAhead, 0);
        }

        await BundleInbox.DiscardAsync(transaction, bundle, scope, cancellationToken).ConfigureAwait(false);
        await OutcomeLog.AddAsync(transaction, scope, result.Met, rules.Now, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<string> declared = await catalog.SaveAsync(transaction, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
        catalog.MarkSaved(declared);
        if (Applied is not null)
        {
            await Applied(scope).ConfigureAwait(false);
        }

        return (BundleScopeStatus.Applied, result.ChangedCount);
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
        if (!BundleScopeEnd.HashOf(bundle, scope, whole).AsSpan().SequenceEqual(end.Hash))
        {
            return null;
        }

        var pages = new BundlePages(whole.Length, whole, async (number, ct) =>
            await BundleInbox.ReadPageAsync(transaction, bundle, scope, number, ct).ConfigureAwait(false) ?? default);
        (BundleScopeStatus status, int changed) = await ApplyAsync(transaction, bundle, scope, pages, cancellationToken)
            .ConfigureAwait(false);
        return status == BundleScopeStatus.Applied
            ? new BundleScopeReport(scope, status) { RecordCount = end.RecordCount, ChangedCount = changed }
            : null;
    }
}
