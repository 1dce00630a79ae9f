using System.Buffers.Binary;
using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Replication.Bundles;

namespace Ordo.Sync.Engine.Bundles;

/// <summary>Writes a bundle of several scopes.</summary>
internal static class BundleExport
{
    public static async ValueTask<BundleExportReport> RunAsync(
        Stream output,
        IReadOnlyList<BundleSource> sources,
        BundleExportOptions options,
        EntropySource entropy,
        CancellationToken cancellationToken)
    {
        var random = new byte[16 + BundlePrelude.SaltBytes];
        entropy.Fill(random);
        int iterations = options.Key is { IsPassphrase: true } ? BundleKey.PassphraseIterations : 0;
        var prelude = new BundlePrelude(
            BinaryPrimitives.ReadUInt128BigEndian(random), random[16..], options.Key is not null, iterations);
        using BundleCipher? cipher = options.Key is null ? null : new BundleCipher(options.Key, prelude);
        var writer = new BundleWriter(output, prelude, cipher);
        await writer.BeginAsync(cancellationToken).ConfigureAwait(false);
        var scopes = ImmutableSortedDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
        foreach (BundleSource source in sources)
        {
            var exporter = new BundleExporter(source.Store, source.Catalog, writer, prelude.Bundle, options.Signer);
            long? records = await exporter
                .ExportAsync(source.Scope, options.Known.Of(source.Scope), cancellationToken).ConfigureAwait(false);
            if (records is { } count)
            {
                scopes[source.Scope] = count;
            }
        }

        await writer.WriteAsync(BundleFrameKind.End, ReadOnlyMemory<byte>.Empty, cancellationToken).ConfigureAwait(false);
        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
        return new BundleExportReport(prelude.Bundle, scopes.ToImmutable(), writer.Bytes);
    }
}
