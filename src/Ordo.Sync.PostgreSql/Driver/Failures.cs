using System.Net.Sockets;
using Npgsql;
using Ordo.Sync.Errors;

namespace Ordo.Sync.PostgreSql.Driver;

/// <summary>What PostgreSQL's errors mean to an app: which error, and what to do about it.</summary>
/// <remarks>Source: https://www.postgresql.org/docs/current/errcodes-appendix.html.</remarks>
internal static class Failures
{
    private const string BusyHint = "Nothing of this transaction stands; try again.";

    /// <summary>The exception for a failure of the driver or the server; <see langword="null"/> for one that is neither.</summary>
    public static SyncException? Of(string store, Exception exception) => exception switch
    {
        PostgresException error => OfServer(store, error),
        NpgsqlException { IsTransient: true } => Busy(store, exception.Message, exception),
        NpgsqlException { InnerException: IOException or SocketException or TimeoutException } =>
            Busy(store, exception.Message, exception),
        NpgsqlException => Unavailable(store, exception),
        IOException or SocketException or TimeoutException => Busy(store, exception.Message, exception),
        _ => null,
    };

    /// <summary>The server is away, or gave up on a conflict of writers: the same may succeed later.</summary>
    public static SyncException Busy(string store, string what, Exception? cause = null) =>
        new(SyncErrorCode.StoreBusy, $"The store '{store}' cannot answer now: {what}.", BusyHint, cause);

    /// <summary>The tables do not hold what they must.</summary>
    public static SyncException Corrupt(string store, string what, Exception? cause = null) => new(
        SyncErrorCode.StoreCorrupt,
        $"The store '{store}' is damaged: {what}.",
        "Restore a backup; devices send again what it lacks.",
        cause);

    private static SyncException OfServer(string store, PostgresException error)
    {
        string what = $"{error.MessageText} (SQLSTATE {error.SqlState})";
        return error.SqlState switch
        {
            PostgresErrorCodes.DiskFull => new SyncException(
                SyncErrorCode.StoreFull,
                $"The store '{store}' cannot grow: {what}.",
                "Free disk space on the database server; nothing that was committed is lost.",
                error),
            // What the statements of local entries do where a row is not as it was read.
            PostgresErrorCodes.DivisionByZero =>
                Busy(store, "another writer changed a local entry that this transaction had read", error),
            PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted => Corrupt(store, what, error),
            PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn =>
                Corrupt(store, $"a table or column is missing: {what}", error),
            "25P03" or PostgresErrorCodes.ReadOnlySqlTransaction
                or PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled => Busy(store, what, error),
            _ when error.IsTransient => Busy(store, what, error),
            _ when IsOfClass(error, "08") || IsOfClass(error, "40") || IsOfClass(error, "53") || IsOfClass(error, "57") =>
                Busy(store, what, error),
            _ when IsOfClass(error, "54") => new SyncException(
                SyncErrorCode.TooLarge, $"A value is too large for the store '{store}': {what}.", hint: null, error),
            _ when IsOfClass(error, "28") || IsOfClass(error, "3D")
                || error.SqlState == PostgresErrorCodes.InsufficientPrivilege => Unavailable(store, error),
            _ => new SyncException(
                SyncErrorCode.Internal, $"PostgreSQL refused a statement of the store '{store}': {what}.", hint: null, error),
        };
    }

    private static bool IsOfClass(PostgresException error, string prefix) =>
        error.SqlState.StartsWith(prefix, StringComparison.Ordinal);

    private static SyncException Unavailable(string store, Exception cause) => new(
        SyncErrorCode.StoreUnavailable,
        $"The store '{store}' cannot be read or written: {cause.Message}.",
        "Check the connection string, that the database exists, and that its user may use and create the schema.",
        cause);
}
