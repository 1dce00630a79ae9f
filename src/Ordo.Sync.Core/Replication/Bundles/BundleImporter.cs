using System.Collections.Immutable;
using System.Security.Cryptography;
using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Apply;
using Ordo.Sync.Replication.Generations;
using Ordo.Sync.Replication.Outcomes;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Bundles;

/// <summary>
/// Imports a bundle by the rules of the network: a scope is applied as one batch or not at all, and only where what it builds on is
/// here. First everything is read and checked, then whole scopes are applied, one transaction each.
/// </summary>
internal sealed partial class BundleImporter(
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
        BundlePrelude prelude = await BundlePrelude.ReadAsync(input, cancellationToken).ConfigureAwait(false);
        using BundleCipher? cipher = BundleCipher.For(prelude, key);
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
        if (!BundleScopeEnd.HashOf(bundle, content.Scope, end.Generation, whole).AsSpan().SequenceEqual(end.Hash) || !rules.Trusts(end))
        {
            return report with { Status = BundleScopeStatus.Untrusted };
        }

        var pages = new BundlePages(whole.Length, whole, (number, ct) =>
            ReadPageAsync(transaction, bundle, content, frames, number, ct));
        (BundleScopeStatus status, int changed) = await ApplyAsync(
            transaction, bundle, end, pages, cancellationToken).ConfigureAwait(false);
        if (status == BundleScopeStatus.BaseMissing)
        {
            await transaction.DisposeAsync().ConfigureAwait(false);
            await using IStoreTransaction staging = await store.BeginAsync(cancellationToken).ConfigureAwait(false);
            await StageAsync(staging, bundle, content, frames, cancellationToken).ConfigureAwait(false);
        }

        return report with { Status = status, ChangedCount = changed };
    }

    private async ValueTask<(BundleScopeStatus Status, int ChangedCount)> ApplyAsync(
        IStoreTransaction transaction,
        UInt128 bundle,
        BundleScopeEnd end,
        BundlePages pages,
        CancellationToken cancellationToken)
    {
        string scope = end.Scope;
        if (!await TryEnterAsync(transaction, end, cancellationToken).ConfigureAwait(false))
        {
            return (BundleScopeStatus.OtherGeneration, 0);
        }

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

    // The versions of a bundle are called as in its generation of the scope. Who holds nothing takes that over: what was written here
    // may stand in the bundle by another name.
    private static async ValueTask<bool> TryEnterAsync(
        IStoreTransaction transaction, BundleScopeEnd end, CancellationToken cancellationToken)
    {
        ReplicaId current = await GenerationLedger.ReadCurrentAsync(transaction, end.Scope, cancellationToken)
            .ConfigureAwait(false);
        if (current == end.Generation)
        {
            return true;
        }

        ScopeState state = await transaction.GetScopeAsync(end.Scope, cancellationToken).ConfigureAwait(false);
        if (!state.Knowledge.IsEmpty || !state.Forgotten.IsEmpty || !state.Exceptions.IsEmpty)
        {
            return false;
        }

        await GenerationLedger.WriteCurrentAsync(transaction, end.Scope, end.Generation, cancellationToken)
            .ConfigureAwait(false);
        return true;
    }
}
