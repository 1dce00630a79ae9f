using Ordo.Sync.Sqlite.Encryption;

namespace Ordo.Sync.Sqlite;

/// <summary>
/// The checked values of <see cref="SqliteStoreOptions"/>; nothing changes them while a store is open.
/// </summary>
internal sealed record StoreSettings(
    string Path,
    bool ReadOnly,
    bool Create,
    TimeSpan BusyTimeout,
    int CacheSizeKiB,
    int ReaderCacheSizeKiB,
    int IdleReadersMax,
    int CheckpointAfterKiB,
    int WalSizeMaxKiB,
    int SizeMaxKiB,
    ISqliteKeyProvider? Encryption,
    string? SidecarFolder)
{
    /// <summary>The bytes of a page of a store that is made here.</summary>
    public const int PageBytes = 4096;

    /// <summary>The pages of the log after which a checkpoint is due.</summary>
    public long CheckpointAfterPages => CheckpointAfterKiB * 1024L / PageBytes;

    /// <summary>The pages of the log beyond which a writer waits for a checkpoint.</summary>
    public long WalPagesMax => WalSizeMaxKiB * 1024L / PageBytes;
}
