using Microsoft.Data.Sqlite;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Benchmarks.Baselines;

/// <summary>
/// SQLite used directly and well: one connection, WAL, prepared commands, a rowid table with a unique key index and an outbox row a
/// record. What a good engineer would get without the engine.
/// </summary>
internal sealed class DirectSqlite : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _record;
    private readonly SqliteCommand _outbox;
    private readonly SqliteCommand _read;
    private readonly SqliteCommand _begin;
    private readonly SqliteCommand _commit;
    private long _counter;

    public DirectSqlite(string file, Durability durability)
    {
        _connection = new SqliteConnection($"Data Source={file};Pooling=False");
        _connection.Open();
        Execute("PRAGMA journal_mode=WAL");
        Execute($"PRAGMA synchronous={(durability == Durability.Full ? "FULL" : "NORMAL")}");
        Execute("PRAGMA cache_size=-8192");
        Execute("CREATE TABLE record (id INTEGER PRIMARY KEY, key TEXT NOT NULL, version INTEGER NOT NULL, payload BLOB NOT NULL)");
        Execute("CREATE UNIQUE INDEX record_key ON record (key)");
        Execute("CREATE TABLE outbox (id INTEGER PRIMARY KEY, key TEXT NOT NULL, version INTEGER NOT NULL)");
        _record = Prepare(
            "INSERT INTO record (key, version, payload) VALUES ($key, $version, $payload) "
            + "ON CONFLICT (key) DO UPDATE SET version = excluded.version, payload = excluded.payload",
            "$key", "$version", "$payload");
        _outbox = Prepare("INSERT INTO outbox (key, version) VALUES ($key, $version)", "$key", "$version");
        _read = Prepare("SELECT version, payload FROM record WHERE key = $key", "$key");
        _begin = Prepare("BEGIN IMMEDIATE");
        _commit = Prepare("COMMIT");
    }

    /// <summary>Writes records with their outbox rows, in transactions of so many.</summary>
    public void Write(IReadOnlyList<(string Key, byte[] Payload)> records, int perTransaction)
    {
        for (int at = 0; at < records.Count; at += perTransaction)
        {
            _begin.ExecuteNonQuery();
            int end = Math.Min(records.Count, at + perTransaction);
            for (int i = at; i < end; i++)
            {
                Write(records[i].Key, records[i].Payload);
            }

            _commit.ExecuteNonQuery();
        }
    }

    public byte[]? Read(string key)
    {
        _read.Parameters[0].Value = key;
        using SqliteDataReader reader = _read.ExecuteReader();
        return reader.Read() ? (byte[])reader[1] : null;
    }

    public long Count()
    {
        using SqliteCommand command = _connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM record";
        return (long)command.ExecuteScalar()!;
    }

    public void Dispose()
    {
        foreach (SqliteCommand command in (SqliteCommand[])[_record, _outbox, _read, _begin, _commit])
        {
            command.Dispose();
        }

        _connection.Dispose();
    }

    private void Write(string key, byte[] payload)
    {
        _record.Parameters[0].Value = key;
        _record.Parameters[1].Value = ++_counter;
        _record.Parameters[2].Value = payload;
        _record.ExecuteNonQuery();
        _outbox.Parameters[0].Value = key;
        _outbox.Parameters[1].Value = _counter;
        _outbox.ExecuteNonQuery();
    }

    private void Execute(string sql)
    {
        using SqliteCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private SqliteCommand Prepare(string sql, params ReadOnlySpan<string> parameters)
    {
        SqliteCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (string parameter in parameters)
        {
            command.Parameters.Add(new SqliteParameter(parameter, null));
        }

        command.Prepare();
        return command;
    }
}
