using System.Globalization;
using Ordo.Sync.Sqlite.Driver;
using Ordo.Sync.Sqlite.Encryption;
using SQLitePCL;

namespace Ordo.Sync.Sqlite.Maintenance;

/// <summary>
/// Opens the connections of a store with the settings each role needs; docs/internals/sqlite-store.md says why.
/// </summary>
internal sealed class ConnectionFactory(StoreSettings settings, string path)
{
    /// <summary>The store's data key, once it is known: readers opened from then on have it.</summary>
    public DataKey? DataKey { get; set; }

    /// <summary>The connection that writes.</summary>
    public Connection OpenWriter()
    {
        int flags = raw.SQLITE_OPEN_READWRITE | (settings.Create ? raw.SQLITE_OPEN_CREATE : 0);
        Connection connection = Connection.Open(settings.Path, path, flags, settings.BusyTimeout);
        Configure(connection, settings.CacheSizeKiB, string.Empty);
        return connection;
    }

    /// <summary>A connection that reads.</summary>
    public Connection OpenReader()
    {
        int flags = settings.ReadOnly ? raw.SQLITE_OPEN_READONLY : raw.SQLITE_OPEN_READWRITE;
        Connection connection = Connection.Open(settings.Path, path, flags, settings.BusyTimeout);
        Configure(connection, settings.ReaderCacheSizeKiB, "PRAGMA query_only = ON;");
        connection.Cipher = DataKey?.CreateCipher();
        return connection;
    }

    /// <summary>The connection that runs checkpoints; it never waits for locks.</summary>
    public Connection OpenCheckpointer()
    {
        Connection connection = Connection.Open(settings.Path, path, raw.SQLITE_OPEN_READWRITE, TimeSpan.Zero);
        Configure(connection, 64, "PRAGMA synchronous = NORMAL;");
        return connection;
    }

    /// <summary>
    /// Switches the file to a write-ahead log and bounds it; of the writer, once the file is known to be a store or
    /// new.
    /// </summary>
    public void PrepareFile(Connection writer)
    {
        List<string> mode = writer.QueryTexts("PRAGMA journal_mode = WAL");
        if (mode is not ["wal"])
        {
            throw Failures.Unavailable(settings.Path, "its file system does not support SQLite's write-ahead log");
        }

        writer.Execute(string.Create(
            CultureInfo.InvariantCulture,
            $"PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = {settings.WalSizeMaxKiB * 1024L}"));
        if (settings.SizeMaxKiB > 0)
        {
            long pageBytes = writer.QueryInt64("PRAGMA page_size");
            long pagesMax = Math.Max(1, settings.SizeMaxKiB * 1024L / pageBytes);
            writer.QueryInt64(string.Create(CultureInfo.InvariantCulture, $"PRAGMA max_page_count = {pagesMax}"));
        }
    }

    private static void Configure(Connection connection, int cacheKiB, string more)
    {
        try
        {
            // cell_size_check finds a damaged page before its offsets are followed; trusted_schema off keeps functions
            // out of views.
            connection.Execute(string.Create(
                CultureInfo.InvariantCulture,
                $"""
                PRAGMA cache_size = -{cacheKiB};
                PRAGMA temp_store = MEMORY;
                PRAGMA cell_size_check = ON;
                PRAGMA trusted_schema = OFF;
                {more}
                """));
        }
        catch
        {
            connection.Close();
            throw;
        }
    }
}
