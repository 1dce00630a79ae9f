using System.Collections.Immutable;
using System.Security.Cryptography;
using Ordo.Sync.Causality;

namespace Ordo.Sync.Replication.Bundles;

/// <summary>Says what a bundle holds, checks all of it, and touches no store.</summary>
internal static class BundleInspector
{
    /// <summary>Reads a bundle to its end.</summary>
    /// <param name="input">The file; must be able to seek.</param>
    /// <param name="key">The key; <see langword="null"/> for a bundle that is not encrypted.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="Errors.SyncException">This is no bundle, or another key is needed.</exception>
    public static async ValueTask<BundleInspection> InspectAsync(
        Stream input, BundleKey? key, CancellationToken cancellationToken)
    {
        BundlePrelude prelude = await BundlePrelude.ReadAsync(input, cancellationToken).ConfigureAwait(false);
        using BundleCipher? cipher = BundleCipher.For(prelude, key);
        var frames = new BundleFrames(input, prelude, cipher);
        var ends = new Dictionary<string, BundleScopeEnd>(StringComparer.Ordinal);
        var pages = new SortedDictionary<string, SortedDictionary<int, byte[]>>(StringComparer.Ordinal);
        HybridTimestamp latest = default;
        while (await frames.ReadAsync(cancellationToken).ConfigureAwait(false) is { } frame)
        {
            if (frame.Head.Kind == BundleFrameKind.ScopeEnd)
            {
                BundleScopeEnd end = BundleScopeEnd.Read(frame.Body);
                ends.TryAdd(end.Scope, end);
                PagesOf(end.Scope);
            }
            else if (frame.Head.Kind == BundleFrameKind.Page)
            {
                (int number, ReadOnlyMemory<byte> page) = BundlePage.Read(frame.Body);
                (Codec.PageHeader header, HybridTimestamp time) = BundlePage.Check(page);
                latest = time > latest ? time : latest;
                PagesOf(header.Scope).TryAdd(number, SHA256.HashData(page.Span));
            }
        }

        return new BundleInspection(
            prelude,
            [
                .. pages.Select(scope =>
                    Describe(prelude.Bundle, scope.Key, scope.Value, ends.GetValueOrDefault(scope.Key))),
            ],
            [.. frames.Damage],
            !frames.HasEnd,
            latest);

        SortedDictionary<int, byte[]> PagesOf(string scope)
        {
            if (!pages.TryGetValue(scope, out SortedDictionary<int, byte[]>? found))
            {
                pages.Add(scope, found = []);
            }

            return found;
        }
    }

    private static InspectedScope Describe(
        UInt128 bundle, string scope, SortedDictionary<int, byte[]> pages, BundleScopeEnd? end)
    {
        bool isWhole = end is not null && pages.Count == end.PageCount
            && pages.Keys.SequenceEqual(Enumerable.Range(0, pages.Count))
            && BundleScopeEnd.HashOf(bundle, scope, end.Generation, [.. pages.Values]).AsSpan().SequenceEqual(end.Hash);
        return new InspectedScope(
            scope,
            pages.Count,
            end?.PageCount,
            end?.RecordCount,
            isWhole,
            isWhole && end!.IsSignedRightly() ? [.. end.Signer] : []);
    }
}
