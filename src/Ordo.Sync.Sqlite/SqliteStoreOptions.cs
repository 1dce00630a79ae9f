using Microsoft.Data.Sqlite;
using Ordo.Sync.Sqlite.Encryption;

namespace Ordo.Sync.Sqlite;

/// <summary>
/// How a <see cref="SqliteRecordStore"/> keeps its file. Give <see cref="Path"/> or <see cref="ConnectionString"/>; all
/// else has a safe default. Read once, when the store is made.
/// </summary>
/// <remarks>Databases in memory are not supported: the in-memory store of the core serves tests.</remarks>
public sealed class SqliteStoreOptions
{
    private const int KibibytesMax = 64 * 1024 * 1024;

    /// <summary>
    /// The database file; its folders are made. <see langword="null"/> where a connection string names it.
    /// </summary>
    public string? Path { get; set; }

    /// <summary>
    /// A connection string of Microsoft.Data.Sqlite. <c>Data Source</c>, <c>Mode</c> (not <c>Memory</c>) and <c>Default
    /// Timeout</c> are honoured; any other keyword is refused, so that none is silently without effect.
    /// </summary>
    public string? ConnectionString { get; set; }

    /// <summary>
    /// Opens for reading only, beside an app that may have the store open: takes no lock, and writing throws
    /// <see cref="InvalidOperationException"/>. The default is <see langword="false"/>.
    /// </summary>
    public bool ReadOnly { get; set; }

    /// <summary>The page cache of the writer in KiB, from 64 up. The default is 8192.</summary>
    public int CacheSizeKiB { get; set; } = 8192;

    /// <summary>The page cache of each reader in KiB, from 64 up. The default is 2048.</summary>
    public int ReaderCacheSizeKiB { get; set; } = 2048;

    /// <summary>
    /// How many reader connections stay open while idle, 1 to 64; more are opened on demand. The default is 4.
    /// </summary>
    public int IdleReadersMax { get; set; } = 4;

    /// <summary>
    /// How long to wait for a lock that another program holds on the file, 0 to 10 minutes. The default is 5 seconds.
    /// </summary>
    public TimeSpan BusyTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// After this many KiB of commits the write-ahead log is copied into the database, in the background; 64 up. The
    /// default is 8192.
    /// </summary>
    public int CheckpointAfterKiB { get; set; } = 8192;

    /// <summary>
    /// The size in KiB beyond which the log is emptied even if a writer has to wait for it, from
    /// <see cref="CheckpointAfterKiB"/> up. It may be exceeded by the commits that come in while it is emptied, and for
    /// longer only while a snapshot is held open. The default is 65536.
    /// </summary>
    public int WalSizeMaxKiB { get; set; } = 65536;

    /// <summary>
    /// The most KiB the database file may take; a write beyond fails with <c>StoreFull</c>. 0, the default, is no
    /// limit.
    /// </summary>
    public int SizeMaxKiB { get; set; }

    /// <summary>
    /// Encrypts what records hold: payloads, indexed values, annotations, the journal's contents and local entries; keys,
    /// scopes, authors, times and the names of collections and fields stay readable. Indexes answer equality only then.
    /// For a store from its beginning on. <see langword="null"/>, the default, encrypts nothing. A
    /// <see cref="SqliteEncryptionKeys"/> is a provider itself.
    /// </summary>
    public ISqliteKeyProvider? Encryption { get; set; }

    /// <summary>
    /// The folder of the sidecar, the small file by which the store notices that it was copied or put back from a backup. Let no
    /// backup cover it. <see langword="null"/>, the default, keeps it beside the database file, as <c>….sidecar</c>; another folder,
    /// of this machine, also notices when the database's whole folder is put back in place.
    /// </summary>
    public string? SidecarFolder { get; set; }

    /// <summary>Checks all values and resolves the connection string.</summary>
    /// <exception cref="ArgumentException">A value is missing or outside its range.</exception>
    internal StoreSettings Resolve()
    {
        string path = Path ?? string.Empty;
        bool readOnly = ReadOnly;
        bool create = true;
        TimeSpan busyTimeout = BusyTimeout;
        if (ConnectionString is { } text)
        {
            Require(Path is null, nameof(ConnectionString), "give Path or ConnectionString, not both");
            SqliteConnectionStringBuilder parsed = Parse(text);
            path = parsed.DataSource;
            Require(parsed.Mode != SqliteOpenMode.Memory, nameof(ConnectionString), "databases in memory are not supported");
            readOnly |= parsed.Mode == SqliteOpenMode.ReadOnly;
            create = parsed.Mode == SqliteOpenMode.ReadWriteCreate;
            if (parsed.ShouldSerialize("Default Timeout"))
            {
                busyTimeout = TimeSpan.FromSeconds(parsed.DefaultTimeout);
            }
        }

        Require(!string.IsNullOrWhiteSpace(path), nameof(Path), "name the database file");
        bool isFile = !path.StartsWith(":memory:", StringComparison.OrdinalIgnoreCase)
            && !path.StartsWith("file:", StringComparison.OrdinalIgnoreCase);
        Require(isFile, nameof(Path), "it must be the path of a file; databases in memory and URIs are not supported");
        RequireRange(CacheSizeKiB, 64, nameof(CacheSizeKiB));
        RequireRange(ReaderCacheSizeKiB, 64, nameof(ReaderCacheSizeKiB));
        RequireRange(CheckpointAfterKiB, 64, nameof(CheckpointAfterKiB));
        RequireRange(WalSizeMaxKiB, CheckpointAfterKiB, nameof(WalSizeMaxKiB));
        RequireRange(SizeMaxKiB, 0, nameof(SizeMaxKiB));
        Require(IdleReadersMax is >= 1 and <= 64, nameof(IdleReadersMax), "it must be 1 to 64");
        bool timeoutFits = busyTimeout >= TimeSpan.Zero && busyTimeout <= TimeSpan.FromMinutes(10);
        Require(timeoutFits, nameof(BusyTimeout), "it must be 0 to 10 minutes");
        return new StoreSettings(
            System.IO.Path.GetFullPath(path),
            readOnly,
            create,
            busyTimeout,
            CacheSizeKiB,
            ReaderCacheSizeKiB,
            IdleReadersMax,
            CheckpointAfterKiB,
            WalSizeMaxKiB,
            SizeMaxKiB,
            Encryption,
            SidecarFolder);
    }

    private static SqliteConnectionStringBuilder Parse(string text)
    {
        var parsed = new SqliteConnectionStringBuilder(text);
        foreach (string keyword in parsed.Keys)
        {
            bool honoured = keyword is "Data Source" or "Mode" or "Default Timeout";
            Require(
                honoured || !parsed.ShouldSerialize(keyword),
                nameof(ConnectionString),
                $"the keyword '{keyword}' has no effect here; remove it");
        }

        return parsed;
    }

    private static void RequireRange(int value, int min, string name) =>
        Require(value >= min && value <= KibibytesMax, name, $"it must be {min} to {KibibytesMax}");

    private static void Require(bool holds, string name, string why)
    {
        if (!holds)
        {
            throw new ArgumentException($"SqliteStoreOptions.{name}: {why}.", name);
        }
    }
}
