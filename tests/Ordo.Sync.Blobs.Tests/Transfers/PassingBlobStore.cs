using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Blobs.Tests.Transfers;

/// <summary>
/// A store that passes everything on to another, which is its maker's: what stands in the way overrides what it does something to.
/// </summary>
internal abstract class PassingBlobStore(IBlobStore inner) : IBlobStore
{
    protected IBlobStore Inner => inner;

    public string Name => inner.Name;

    public BlobUsage Usage => inner.Usage;

    public virtual ValueTask OpenAsync(CancellationToken cancellationToken) => inner.OpenAsync(cancellationToken);

    public virtual ValueTask<bool> HasChunkAsync(BlobChunk chunk, CancellationToken cancellationToken) =>
        inner.HasChunkAsync(chunk, cancellationToken);

    public virtual ValueTask<BlobChunk> PutChunkAsync(
        ReadOnlyMemory<byte> content, BlobChunk? expected, CancellationToken cancellationToken) =>
        inner.PutChunkAsync(content, expected, cancellationToken);

    public virtual ValueTask PutChunkAsync(Stream content, BlobChunk chunk, CancellationToken cancellationToken) =>
        inner.PutChunkAsync(content, chunk, cancellationToken);

    public virtual ValueTask<bool> TryReadChunkAsync(
        BlobChunk chunk, Memory<byte> destination, bool verifies, CancellationToken cancellationToken) =>
        inner.TryReadChunkAsync(chunk, destination, verifies, cancellationToken);

    public virtual ValueTask<Stream?> OpenChunkAsync(BlobChunk chunk, CancellationToken cancellationToken) =>
        inner.OpenChunkAsync(chunk, cancellationToken);

    public virtual ValueTask<BlobManifest?> GetManifestAsync(BlobId blob, CancellationToken cancellationToken) =>
        inner.GetManifestAsync(blob, cancellationToken);

    public virtual ValueTask PutManifestAsync(BlobManifest manifest, CancellationToken cancellationToken) =>
        inner.PutManifestAsync(manifest, cancellationToken);

    public virtual ValueTask RemoveManifestAsync(BlobId blob, bool removesChunks, CancellationToken cancellationToken) =>
        inner.RemoveManifestAsync(blob, removesChunks, cancellationToken);

    public virtual IAsyncEnumerable<BlobId> ListAsync(CancellationToken cancellationToken) => inner.ListAsync(cancellationToken);

    public virtual ValueTask<BlobSweep> SweepAsync(TimeSpan grace, CancellationToken cancellationToken) =>
        inner.SweepAsync(grace, cancellationToken);

    public virtual ValueTask DisposeAsync() => default;
}
