using System.Diagnostics.CodeAnalysis;
using Ordo.Sync.Sqlite.Encryption;
using SQLitePCL;

namespace Ordo.Sync.Sqlite.Driver;

/// <summary>
/// One SQLite connection with its prepared statements. For one caller at a time: whoever uses it holds
/// <see cref="Gate"/> for the call, so that closing the store cannot free a statement that runs.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Close frees the handle; the store's pool owns connections.")]
internal sealed class Connection
{
    private const int DynamicMax = 64;
    private const int CacheWriteCounter = 9; // SQLITE_DBSTATUS_CACHE_WRITE

    private readonly sqlite3 _handle;
    private readonly Dictionary<SqlText, Statement> _statements = [];
    private readonly Dictionary<string, Statement> _dynamic = [];
    private SyncMode _mode = SyncMode.Full;

    private Connection(string name, sqlite3 handle)
    {
        Name = name;
        _handle = handle;
    }

    /// <summary>Seals what is written and opens what is read; <see langword="null"/> where the store is not encrypted.</summary>
    public ValueCipher? Cipher { get; set; }

    /// <summary>Held during each use.</summary>
    public Lock Gate { get; } = new();

    /// <summary>What the store is called in messages.</summary>
    public string Name { get; }

    /// <summary>Whether the connection was closed.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Whether no transaction is open.</summary>
    public bool IsAutocommit => raw.sqlite3_get_autocommit(_handle) != 0;

    /// <summary>The rows the last statement changed.</summary>
    public int Changes => raw.sqlite3_changes(_handle);

    /// <summary>The row id of the last insert.</summary>
    public long LastRowId => raw.sqlite3_last_insert_rowid(_handle);

    /// <summary>SQLite's handle, for what has no wrapper here (backup, checkpoint).</summary>
    public sqlite3 Handle => _handle;

    /// <summary>Opens a file.</summary>
    /// <param name="name">What to call the store in messages.</param>
    /// <param name="path">The file, or a URI.</param>
    /// <param name="flags">SQLITE_OPEN flags; no mutex is added, for one caller at a time needs none.</param>
    /// <param name="busyTimeout">How long to wait for locks of other processes.</param>
    public static Connection Open(string name, string path, int flags, TimeSpan busyTimeout)
    {
        Batteries_V2.Init();
        int code = raw.sqlite3_open_v2(
            path, out sqlite3 handle, flags | raw.SQLITE_OPEN_NOMUTEX | raw.SQLITE_OPEN_PRIVATECACHE, null);
        var connection = new Connection(name, handle);
        try
        {
            connection.Check(code);
            connection.Check(raw.sqlite3_extended_result_codes(handle, 1));
            connection.Check(raw.sqlite3_busy_timeout(handle, (int)busyTimeout.TotalMilliseconds));
            return connection;
        }
        catch
        {
            connection.Close();
            throw;
        }
    }

    /// <summary>The prepared form of a text; prepared at its first use.</summary>
    public Statement Prepare(SqlText text)
    {
        if (!_statements.TryGetValue(text, out Statement? statement))
        {
            statement = Compile(text.Sql);
            _statements.Add(text, statement);
        }

        return statement;
    }

    /// <summary>The prepared form of SQL that was composed; the cache of such forms is bounded.</summary>
    public Statement PrepareDynamic(string sql)
    {
        if (!_dynamic.TryGetValue(sql, out Statement? statement))
        {
            if (_dynamic.Count >= DynamicMax)
            {
                CloseAll(_dynamic.Values);
                _dynamic.Clear();
            }

            statement = Compile(sql);
            _dynamic.Add(sql, statement);
        }

        return statement;
    }

    /// <summary>The bytes to store of a value at a place: the value itself where nothing is encrypted.</summary>
    public ReadOnlySpan<byte> Seal(SealedPart part, SealedPlace place, ReadOnlySpan<byte> value) =>
        Cipher is null ? value : Cipher.Seal(part, place, value);

    /// <summary>The bytes to store of a value, of which nothing at all is stored where it is empty.</summary>
    public ReadOnlySpan<byte> SealUnlessEmpty(SealedPart part, SealedPlace place, ReadOnlySpan<byte> value) =>
        value.IsEmpty ? value : Seal(part, place, value);

    /// <summary>The value of bytes that were stored at a place; that no bytes are stored means an empty value.</summary>
    public byte[] Unseal(SealedPart part, SealedPlace place, ReadOnlySpan<byte> stored) =>
        Cipher is null || stored.IsEmpty ? stored.ToArray() : Cipher.Open(Name, part, place, stored);

    /// <summary>Runs a prepared statement that takes and returns nothing.</summary>
    public void Run(SqlText text) => Prepare(text).Run();

    /// <summary>Runs SQL that is used rarely: several statements, nothing bound, nothing returned.</summary>
    public void Execute(string sql)
    {
        int code = raw.sqlite3_exec(_handle, sql);
        if (code != raw.SQLITE_OK)
        {
            throw Failure(code, sql);
        }
    }

    /// <summary>The first column of the first row as an integer; 0 where there is none.</summary>
    public long QueryInt64(string sql)
    {
        Statement statement = Compile(sql);
        try
        {
            return statement.Step() ? statement.GetInt64(0) : 0;
        }
        finally
        {
            statement.Close();
        }
    }

    /// <summary>The first column of every row as text.</summary>
    public List<string> QueryTexts(string sql)
    {
        var texts = new List<string>();
        Statement statement = Compile(sql);
        try
        {
            while (statement.Step())
            {
                texts.Add(statement.GetText(0));
            }
        }
        finally
        {
            statement.Close();
        }

        return texts;
    }

    /// <summary>Sets what commits wait for; costs nothing where that is so already. Not within a transaction.</summary>
    public void SetSyncMode(SyncMode mode)
    {
        if (_mode != mode)
        {
            Execute(mode == SyncMode.Full ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
            _mode = mode;
        }
    }

    /// <summary>What commits wait for.</summary>
    public SyncMode Mode => _mode;

    /// <summary>The pages that went to the write-ahead log since the last call.</summary>
    public int TakePagesWritten()
    {
        Check(raw.sqlite3_db_status(_handle, CacheWriteCounter, out int pages, out _, 1));
        return pages;
    }

    /// <summary>Makes another thread's running statement fail.</summary>
    public void Interrupt() => raw.sqlite3_interrupt(_handle);

    /// <summary>
    /// Ends a transaction without its changes, if one is open. Never throws: it runs while errors are on their way.
    /// </summary>
    public void RollbackQuietly()
    {
        if (!IsClosed && !IsAutocommit)
        {
            // SQLite has undone the transaction already where this fails; the error that led here tells more.
            _ = raw.sqlite3_exec(_handle, "ROLLBACK");
        }
    }

    public void Check(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            throw Failure(code);
        }
    }

    public Exception Failure(int code, string? sql = null)
    {
        int extended = _handle.IsInvalid ? code : raw.sqlite3_extended_errcode(_handle);
        string message = _handle.IsInvalid
            ? raw.sqlite3_errstr(code).utf8_to_string()
            : raw.sqlite3_errmsg(_handle).utf8_to_string();
        return Failures.Of(Name, (extended & 0xff) == (code & 0xff) ? extended : code, message, sql);
    }

    /// <summary>Frees all statements and closes the connection; an open transaction is undone.</summary>
    public void Close()
    {
        if (IsClosed)
        {
            return;
        }

        IsClosed = true;
        CloseAll(_statements.Values);
        CloseAll(_dynamic.Values);
        _statements.Clear();
        _dynamic.Clear();
        Cipher?.Dispose();
        _handle.Dispose();
    }

    private static void CloseAll(IEnumerable<Statement> statements)
    {
        foreach (Statement statement in statements)
        {
            statement.Close();
        }
    }

    private Statement Compile(string sql)
    {
        int code = raw.sqlite3_prepare_v2(_handle, sql, out sqlite3_stmt statement);
        if (code != raw.SQLITE_OK)
        {
            throw Failure(code, sql);
        }

        return new Statement(this, statement);
    }
}
