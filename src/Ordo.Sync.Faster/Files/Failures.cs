using Ordo.Sync.Errors;

namespace Ordo.Sync.Faster.Files;

/// <summary>What failures of the files mean to an app: which error, and what to do about it.</summary>
internal static class Failures
{
    /// <summary>The error of a disk without room, as .NET passes it on from Unix systems.</summary>
    public const int NoSpaceUnix = 28;

    private const int QuotaLinux = 122;
    private const int QuotaMac = 69;
    private const int DiskFullWindows = unchecked((int)0x80070070);
    private const int HandleDiskFullWindows = unchecked((int)0x80070027);

    /// <summary>The exception for a failure of the operating system's.</summary>
    public static SyncException Of(string store, string what, Exception cause) => cause switch
    {
        IOException { HResult: NoSpaceUnix or QuotaLinux or QuotaMac or DiskFullWindows or HandleDiskFullWindows } =>
            new SyncException(
                SyncErrorCode.StoreFull,
                $"The store '{store}' cannot grow, {what}: {cause.Message}",
                "Free disk space; nothing that was committed is lost.",
                cause),
        _ => Unavailable(store, $"{what}: {cause.Message}", cause),
    };

    /// <summary>The files are damaged.</summary>
    public static SyncException Corrupt(string store, string what, Exception? cause = null) => new(
        SyncErrorCode.StoreCorrupt,
        $"The store '{store}' is damaged: {what}.",
        "Copy the folder aside; then restore a backup of it, or delete it and sync again from a peer.",
        cause);

    /// <summary>The files cannot be read or written.</summary>
    public static SyncException Unavailable(string store, string what, Exception? cause = null) => new(
        SyncErrorCode.StoreUnavailable,
        $"The store '{store}' cannot be read or written: {what}.",
        "Check that this user may write the folder and that the disk is healthy, then open the store again.",
        cause);

    /// <summary>The store holds as much as its options allow.</summary>
    public static SyncException Full(string store, string what, string hint) =>
        new(SyncErrorCode.StoreFull, $"The store '{store}' is full: {what}.", hint);

    /// <summary>Whether an exception is the file system's.</summary>
    public static bool IsOfFiles(Exception exception) => exception is IOException or UnauthorizedAccessException;
}
