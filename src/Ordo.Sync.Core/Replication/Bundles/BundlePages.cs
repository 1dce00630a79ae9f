using System.Security.Cryptography;
using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Apply;
using Ordo.Sync.Replication.Codec;

namespace Ordo.Sync.Replication.Bundles;

/// <summary>The pages of one scope of a bundle, read one at a time while they are applied, and checked once more.</summary>
internal sealed class BundlePages(
    int count, IReadOnlyList<byte[]> hashes, Func<int, CancellationToken, ValueTask<ReadOnlyMemory<byte>>> read) : IPageSource
{
    /// <inheritdoc/>
    public int Count => count;

    /// <inheritdoc/>
    public async ValueTask<PageReader> OpenAsync(int number, CancellationToken cancellationToken = default)
    {
        ReadOnlyMemory<byte> page = await read(number, cancellationToken).ConfigureAwait(false);
        return SHA256.HashData(page.Span).AsSpan().SequenceEqual(hashes[number])
            ? PageReader.Open(page)
            : throw new SyncException(
                SyncErrorCode.Malformed, $"Page {number} of the bundle changed while it was imported.", "Import it again.");
    }
}
