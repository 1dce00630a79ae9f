using Ordo.Sync.Errors;

namespace Ordo.Sync.Storage.Blobs;

/// <summary>What goes wrong with blobs, as the one exception that callers know.</summary>
internal static class BlobFailures
{
    private const int DiskFullOnUnix = 28;
    private const int QuotaOnUnix = 122;
    private const int DiskFullOnWindows = unchecked((int)0x80070070);
    private const int HandleDiskFullOnWindows = unchecked((int)0x80070027);

    public static SyncException ChunkMissing(BlobId blob, BlobChunk chunk, string store) => new(
        SyncErrorCode.BlobMissing, $"The blob {blob} lacks the chunk {chunk.Hash} in {store}.", "Fetch it again.");

    public static SyncException ChunkDamaged(BlobChunk chunk, string how) => new(
        SyncErrorCode.BlobDamaged, $"The content given for the chunk {chunk.Hash} {how}.", "Send it again.");

    public static SyncException Full(string store, string why, Exception? cause = null) => new(
        SyncErrorCode.StoreFull,
        $"There is no room for another chunk in {store}: {why}",
        "Free some space; what is there already stays, and the transfer goes on from it.",
        cause);

    public static SyncException QuotaExceeded(string store, string what) => new(
        SyncErrorCode.QuotaExceeded, $"The blob store {store} is at its quota: {what}.", "Evict blobs, or raise the quota.");

    /// <summary>A failure of the file system.</summary>
    public static SyncException Of(Exception exception, string store) => exception switch
    {
        IOException { HResult: DiskFullOnUnix or QuotaOnUnix or DiskFullOnWindows or HandleDiskFullOnWindows } =>
            Full(store, exception.Message, exception),
        _ => new SyncException(
            SyncErrorCode.StoreUnavailable,
            $"The blob store {store} cannot be used: {exception.Message}",
            "Check that the folder exists and that this user may write to it.",
            exception),
    };
}
