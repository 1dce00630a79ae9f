using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Blobs;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Engine.Blobs;

/// <summary>
/// Large files of a device, on a lane of their own: whatever happens to them, records sync. A blob belongs where a record refers
/// to it: import content, put the <see cref="BlobRef"/> into a record, and the blob goes to the hub, into the record's scope; on
/// other devices it comes when it is opened, or as <see cref="BlobOptions.Downloads"/> says. Thread-safe.
/// </summary>
public interface IBlobs
{
    /// <summary>What is held here.</summary>
    BlobUsage Usage { get; }

    /// <summary>Whether background transfers are paused by <see cref="Pause"/>.</summary>
    bool IsPaused { get; }

    /// <summary>
    /// Stores content here, durably when this returns. Content that is held already takes no room again. It is kept for
    /// <see cref="BlobOptions.Grace"/> unless a record comes to refer to it, or it is pinned.
    /// </summary>
    /// <param name="content">The content; read once, up to its end, in memory of a few chunks.</param>
    /// <param name="about">What the reference should say.</param>
    /// <param name="progress">Is told how many bytes have been taken.</param>
    /// <param name="cancellationToken">Ends the import; no blob comes of it.</param>
    /// <returns>The reference to put into a record.</returns>
    /// <exception cref="SyncException">The disk or a quota is full, the content is too long, or the store failed.</exception>
    ValueTask<BlobRef> ImportAsync(
        Stream content,
        BlobImport? about = null,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default);

    /// <summary>
    /// Sends a blob into a scope before a record there refers to it, so that it is there when the record comes. Not needed
    /// otherwise: records that refer to blobs are found.
    /// </summary>
    /// <exception cref="SyncException"><see cref="SyncErrorCode.BlobMissing"/>: the content is not here.</exception>
    ValueTask AttachAsync(string scope, BlobId blob, CancellationToken cancellationToken = default);

    /// <summary>
    /// Opens a blob: at once where it is held; else while it downloads, from where the reader reads. Seekable; every byte is
    /// verified before it is given out, and a chunk that has rotted on this disk is fetched again. Reads throw
    /// <see cref="SyncException"/> where the content cannot be had.
    /// </summary>
    /// <exception cref="SyncException">
    /// <see cref="SyncErrorCode.BlobMissing"/>: it is not held and no record here refers to it, its writer has not sent it yet, or
    /// the policy forbids to fetch it. Others: the hub cannot be reached.
    /// </exception>
    ValueTask<Stream> OpenReadAsync(BlobId blob, CancellationToken cancellationToken = default);

    /// <summary>Fetches a blob in full, now, unless it is held.</summary>
    /// <exception cref="SyncException">As of <see cref="OpenReadAsync"/>; what has come stays for the next attempt.</exception>
    ValueTask DownloadAsync(
        BlobId blob, IProgress<BlobProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Fetches a blob in the background, if need be, and keeps it here until it is unpinned.</summary>
    ValueTask PinAsync(BlobId blob, CancellationToken cancellationToken = default);

    /// <summary>Lets go of a pinned blob; nothing happens at once.</summary>
    ValueTask UnpinAsync(BlobId blob, CancellationToken cancellationToken = default);

    /// <summary>Removes a blob's content from this device, unless it is pinned or may be the only copy.</summary>
    /// <returns>Whether it is gone; <see langword="false"/> where it is pinned or the hub does not have it.</returns>
    ValueTask<bool> EvictAsync(BlobId blob, CancellationToken cancellationToken = default);

    /// <summary>What this device knows of a blob.</summary>
    ValueTask<BlobStatus> GetStatusAsync(BlobId blob, CancellationToken cancellationToken = default);

    /// <summary>The transfers that are not done, failing ones with their errors.</summary>
    ValueTask<IReadOnlyList<BlobTransfer>> GetTransfersAsync(CancellationToken cancellationToken = default);

    /// <summary>Holds back background transfers from the next chunk on. What an app opens is fetched all the same.</summary>
    void Pause();

    /// <summary>Lets background transfers go on.</summary>
    void Resume();

    /// <summary>
    /// Runs one round of transfers now: finds new references, moves what is due, and tries what has failed once more. The
    /// background lane does so by itself where the engine syncs in the background.
    /// </summary>
    ValueTask<BlobSyncReport> SyncAsync(
        IProgress<BlobProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Removes what nothing refers to, as the background lane does once a day.</summary>
    ValueTask<BlobCollection> CollectAsync(CancellationToken cancellationToken = default);
}
