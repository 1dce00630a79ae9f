using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Blobs.Tests.Transfers;

/// <summary>A store that stops where a test lets something else happen in between.</summary>
internal sealed class HookedBlobStore(IBlobStore inner) : IBlobStore
{
    /// <summary>Called before a manifest is removed.</summary>
    public Func<BlobId, Task> BeforeRemove { get; set; } = _ => Task.CompletedTask;

    /// <summary>Called before a manifest is put.</summary>
    public Func<BlobId, Task> BeforePut { get; set; } = _ => Task.CompletedTask;

    public string Name => inner.Name;

    public BlobUsage Usage => inner.Usage;

    public ValueTask OpenAsync(CancellationToken cancellationToken) => inner.OpenAsync(cancellationToken);

    public ValueTask<bool> HasChunkAsync(BlobChunk chunk, CancellationToken cancellationToken) =>
        inner.HasChunkAsync(chunk, cancellationToken);

    public ValueTask<BlobChunk> PutChunkAsync(
        ReadOnlyMemory<byte> content, BlobChunk? expected, CancellationToken cancellationToken) =>
        inner.PutChunkAsync(content, expected, cancellationToken);

    public ValueTask PutChunkAsync(Stream content, BlobChunk chunk, CancellationToken cancellationToken) =>
        inner.PutChunkAsync(content, chunk, cancellationToken);

    public ValueTask<bool> TryReadChunkAsync(
        BlobChunk chunk, Memory<byte> destination, bool verifies, CancellationToken cancellationToken) =>
        inner.TryReadChunkAsync(chunk, destination, verifies, cancellationToken);

    public ValueTask<Stream?> OpenChunkAsync(BlobChunk chunk, CancellationToken cancellationToken) =>
        inner.OpenChunkAsync(chunk, cancellationToken);

    public ValueTask<BlobManifest?> GetManifestAsync(BlobId blob, CancellationToken cancellationToken) =>
        inner.GetManifestAsync(blob, cancellationToken);

    public async ValueTask PutManifestAsync(BlobManifest manifest, CancellationToken cancellationToken)
    {
        await BeforePut(manifest.Id);
        await inner.PutManifestAsync(manifest, cancellationToken);
    }

    public async ValueTask RemoveManifestAsync(BlobId blob, bool removesChunks, CancellationToken cancellationToken)
    {
        await BeforeRemove(blob);
        await inner.RemoveManifestAsync(blob, removesChunks, cancellationToken);
    }

    public IAsyncEnumerable<BlobId> ListAsync(CancellationToken cancellationToken) => inner.ListAsync(cancellationToken);

    public ValueTask<BlobSweep> SweepAsync(TimeSpan grace, CancellationToken cancellationToken) =>
        inner.SweepAsync(grace, cancellationToken);

    /// <remarks>The store within is its maker's.</remarks>
    public ValueTask DisposeAsync() => default;
}
