using Ordo.Sync.Errors;
using SQLitePCL;

namespace Ordo.Sync.Sqlite.Driver;

/// <summary>What SQLite's result codes mean to an app: which error, and what to do about it.</summary>
/// <remarks>Source: https://www.sqlite.org/rescode.html.</remarks>
internal static class Failures
{
    private const string RestoreHint =
        "Copy the file and its -wal aside, then restore a backup, or delete the store and sync again from a peer.";

    /// <summary>The exception for a result code.</summary>
    public static Exception Of(string store, int extendedCode, string message, string? sql = null)
    {
        string what = sql is null ? message : $"{message} (in: {sql})";
        return (extendedCode & 0xff) switch
        {
            raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_FORMAT => Corrupt(store, what),
            raw.SQLITE_ERROR when message.StartsWith("no such ", StringComparison.Ordinal) => Corrupt(
                store, $"its tables are not those of its schema version, {what}"),
            raw.SQLITE_FULL => new SyncException(
                SyncErrorCode.StoreFull,
                $"The store '{store}' cannot grow: {message}.",
                "Free disk space or raise SqliteStoreOptions.SizeMaxKiB; nothing that was committed is lost."),
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => new SyncException(
                SyncErrorCode.StoreLocked,
                $"Another connection holds the store '{store}': {message}.",
                "Close other tools that write to the file, or raise SqliteStoreOptions.BusyTimeout."),
            raw.SQLITE_IOERR or raw.SQLITE_CANTOPEN or raw.SQLITE_PERM or raw.SQLITE_READONLY or raw.SQLITE_NOLFS
                or raw.SQLITE_AUTH or raw.SQLITE_PROTOCOL => Unavailable(store, $"{message} (SQLite code {extendedCode})"),
            raw.SQLITE_NOMEM => new InsufficientMemoryException($"SQLite has no memory left for the store '{store}'."),
            raw.SQLITE_INTERRUPT => new OperationCanceledException($"The operation on the store '{store}' was interrupted."),
            raw.SQLITE_TOOBIG => new SyncException(
                SyncErrorCode.TooLarge, $"A value is too large for the store '{store}': {message}."),
            _ => new SyncException(
                SyncErrorCode.Internal, $"SQLite refused a statement of the store '{store}', code {extendedCode}: {what}."),
        };
    }

    /// <summary>The files are damaged.</summary>
    public static SyncException Corrupt(string store, string what, Exception? cause = null) =>
        new(SyncErrorCode.StoreCorrupt, $"The store '{store}' is damaged: {what}.", RestoreHint, cause);

    /// <summary>The files cannot be read or written.</summary>
    public static SyncException Unavailable(string store, string what, Exception? cause = null) =>
        new(
            SyncErrorCode.StoreUnavailable,
            $"The store '{store}' cannot be read or written: {what}.",
            "Check that the folder exists, that this user may write the file and its folder, and that the disk is healthy.",
            cause);

    /// <summary>The log could not be flushed: what was committed is there to be read, and may be lost in a power cut.</summary>
    public static SyncException Undurable(string store, Exception cause) =>
        new(
            SyncErrorCode.StoreUnavailable,
            $"What was written stands in the store '{store}', but may not be on the disk: {cause.Message}",
            "Check that the disk is healthy; the store takes the next write once all of its log is in the database.",
            cause)
        {
            IsCommitted = true,
        };
}
