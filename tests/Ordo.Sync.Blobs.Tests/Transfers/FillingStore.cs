using Ordo.Sync.Errors;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Blobs.Tests.Transfers;

/// <summary>A store whose disk is full once, after so many chunks, and has room again afterwards.</summary>
internal sealed class FillingStore(string folder, TimeProvider time, int chunksUntilFull)
    : PassingBlobStore(new FileSystemBlobStore(new FileSystemBlobOptions { Path = folder, FreeBytesMin = 0 }, time))
{
    private int _left = chunksUntilFull;

    public override ValueTask<BlobChunk> PutChunkAsync(
        ReadOnlyMemory<byte> content, BlobChunk? expected, CancellationToken cancellationToken) =>
        Interlocked.Decrement(ref _left) is 0
            ? throw new SyncException(SyncErrorCode.StoreFull, "No space left on device.")
            : base.PutChunkAsync(content, expected, cancellationToken);

    /// <remarks>It made the store within.</remarks>
    public override async ValueTask DisposeAsync()
    {
        await Inner.DisposeAsync();
        await base.DisposeAsync();
    }
}
