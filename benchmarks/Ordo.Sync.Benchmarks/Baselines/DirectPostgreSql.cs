using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Ordo.Sync.Benchmarks.Hosting;

namespace Ordo.Sync.Benchmarks.Baselines;

/// <summary>
/// PostgreSQL used directly and well by Npgsql: one connection, prepared statements, an array a column (<c>unnest</c>), the same rows as
/// <see cref="DirectSqlite"/>: a record by key with its version and payload, an outbox row a record, committed durably.
/// </summary>
internal sealed class DirectPostgreSql : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlBatch _batch;
    private long _counter;

    private DirectPostgreSql(NpgsqlDataSource source, NpgsqlConnection connection)
    {
        _source = source;
        _connection = connection;
        _batch = connection.CreateBatch();
        _batch.BatchCommands.Add(Command(
            """
            INSERT INTO direct_record(key, version, payload) SELECT * FROM unnest($1::text[], $2::bigint[], $3::bytea[])
              ON CONFLICT (key) DO UPDATE SET version = excluded.version, payload = excluded.payload
            """,
            NpgsqlDbType.Text, NpgsqlDbType.Bigint, NpgsqlDbType.Bytea));
        _batch.BatchCommands.Add(Command(
            "INSERT INTO direct_outbox(key, version) SELECT * FROM unnest($1::text[], $2::bigint[])",
            NpgsqlDbType.Text, NpgsqlDbType.Bigint));
    }

    /// <summary>Makes the tables in the schema of a location; what was in them is gone.</summary>
    public static async Task<DirectPostgreSql> OpenAsync(string location)
    {
        if (!HubStores.TryParse(location, out string schema, out string connectionString))
        {
            throw new ArgumentException("Not the location of a database.", nameof(location));
        }

        var builder = new NpgsqlConnectionStringBuilder(connectionString) { SearchPath = schema };
        NpgsqlDataSource source = NpgsqlDataSource.Create(builder);
        await using (NpgsqlCommand make = source.CreateCommand(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            CREATE SCHEMA IF NOT EXISTS {schema};
            CREATE TABLE direct_record(key text COLLATE "C" PRIMARY KEY, version bigint NOT NULL, payload bytea NOT NULL);
            CREATE TABLE direct_outbox(id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key text NOT NULL, version bigint NOT NULL);
            """)))
        {
            await make.ExecuteNonQueryAsync();
        }

        var direct = new DirectPostgreSql(source, await source.OpenConnectionAsync());
        await direct._batch.PrepareAsync();
        return direct;
    }

    /// <summary>Writes records with their outbox rows, in transactions of so many: a batch is one.</summary>
    public async Task WriteAsync(IReadOnlyList<(string Key, byte[] Payload)> records, int perTransaction)
    {
        foreach ((string Key, byte[] Payload)[] part in records.Chunk(perTransaction))
        {
            string[] keys = [.. part.Select(record => record.Key)];
            long[] versions = [.. part.Select(_ => ++_counter)];
            _batch.BatchCommands[0].Parameters[0].Value = keys;
            _batch.BatchCommands[0].Parameters[1].Value = versions;
            _batch.BatchCommands[0].Parameters[2].Value = part.Select(record => record.Payload).ToArray();
            _batch.BatchCommands[1].Parameters[0].Value = keys;
            _batch.BatchCommands[1].Parameters[1].Value = versions;
            await _batch.ExecuteNonQueryAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _batch.DisposeAsync();
        await _connection.DisposeAsync();
        await _source.DisposeAsync();
    }

    private static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<NpgsqlDbType> types)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (NpgsqlDbType type in types)
        {
            command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | type });
        }

        return command;
    }
}
