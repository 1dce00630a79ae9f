using Ordo.Sync.Errors;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Blobs.Tests.Transfers;

/// <summary>A store whose disk is full once, after so many chunks, and has room again afterwards.</summary>
internal sealed class FillingStore(string folder, TimeProvider time, int chunksUntilFull) : IBlobStore
{
    private readonly FileSystemBlobStore _inner = new(new FileSystemBlobOptions { Path = folder, FreeBytesMin = 0 }, time);
    private int _left = chunksUntilFull;

    public string Name => _inner.Name;

    public BlobUsage Usage => _inner.Usage;

    public ValueTask OpenAsync(CancellationToken cancellationToken) => _inner.OpenAsync(cancellationToken);

    public ValueTask<bool> HasChunkAsync(BlobChunk chunk, CancellationToken cancellationToken) =>
        _inner.HasChunkAsync(chunk, cancellationToken);

    public ValueTask<BlobChunk> PutChunkAsync(
        ReadOnlyMemory<byte> content, BlobChunk? expected, CancellationToken cancellationToken) =>
        Interlocked.Decrement(ref _left) is 0
            ? throw new SyncException(SyncErrorCode.StoreFull, "No space left on device.")
            : _inner.PutChunkAsync(content, expected, cancellationToken);

    public ValueTask PutChunkAsync(Stream content, BlobChunk chunk, CancellationToken cancellationToken) =>
        _inner.PutChunkAsync(content, chunk, cancellationToken);

    public ValueTask<bool> TryReadChunkAsync(
        BlobChunk chunk, Memory<byte> destination, bool verifies, CancellationToken cancellationToken) =>
        _inner.TryReadChunkAsync(chunk, destination, verifies, cancellationToken);

    public ValueTask<Stream?> OpenChunkAsync(BlobChunk chunk, CancellationToken cancellationToken) =>
        _inner.OpenChunkAsync(chunk, cancellationToken);

    public ValueTask<BlobManifest?> GetManifestAsync(BlobId blob, CancellationToken cancellationToken) =>
        _inner.GetManifestAsync(blob, cancellationToken);

    public ValueTask PutManifestAsync(BlobManifest manifest, CancellationToken cancellationToken) =>
        _inner.PutManifestAsync(manifest, cancellationToken);

    public ValueTask RemoveManifestAsync(BlobId blob, bool removesChunks, CancellationToken cancellationToken) =>
        _inner.RemoveManifestAsync(blob, removesChunks, cancellationToken);

    public IAsyncEnumerable<BlobId> ListAsync(CancellationToken cancellationToken) => _inner.ListAsync(cancellationToken);

    public ValueTask<BlobSweep> SweepAsync(TimeSpan grace, CancellationToken cancellationToken) =>
        _inner.SweepAsync(grace, cancellationToken);

    public ValueTask DisposeAsync() => _inner.DisposeAsync();
}
