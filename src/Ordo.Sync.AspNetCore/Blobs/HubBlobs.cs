using Microsoft.Extensions.Options;
using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Blobs;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.AspNetCore.Blobs;

/// <summary>The hub's blobs and what answers from them, from the host's start to its end.</summary>
internal sealed class HubBlobs(
    SyncHub hub, IBlobStore blobs, IOptions<HubBlobOptions> options, TimeProvider time) : IAsyncDisposable
{
    private readonly SemaphoreSlim _chunks = new(options.Value.ChunksAtOnceMax, options.Value.ChunksAtOnceMax);
    private volatile BlobResponder? _responder;

    /// <summary>What answers for blobs.</summary>
    /// <exception cref="SyncException">The hub is still starting.</exception>
    public BlobResponder Responder => _responder ?? throw Busy("The hub is starting.");

    /// <summary>Opens the store of blobs, once that of records is open.</summary>
    public async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        await blobs.OpenAsync(cancellationToken).ConfigureAwait(false);
        var allowed = new BlobResponderOptions
        {
            BlobBytesMax = options.Value.BlobBytesMax,
            ScopeBytesMax = options.Value.ScopeBytesMax,
        };
        _responder = new BlobResponder(blobs, hub.Store, allowed, time);
    }

    /// <summary>Takes one of the places of chunks at work; records have their own.</summary>
    /// <exception cref="SyncException">All are taken.</exception>
    public IDisposable TakePlace() => _chunks.Wait(TimeSpan.Zero)
        ? new Place(_chunks)
        : throw new SyncException(SyncErrorCode.Throttled, "The hub is busy with other chunks.", "Try again soon.")
        { RetryAfter = TimeSpan.FromSeconds(1) };

    public async ValueTask DisposeAsync()
    {
        _responder?.Dispose();
        _chunks.Dispose();
        await blobs.DisposeAsync().ConfigureAwait(false);
    }

    private static SyncException Busy(string what) =>
        new(SyncErrorCode.PeerFailed, what, "Try again soon.") { RetryAfter = TimeSpan.FromSeconds(1) };

    private sealed class Place(SemaphoreSlim places) : IDisposable
    {
        public void Dispose() => places.Release();
    }
}
