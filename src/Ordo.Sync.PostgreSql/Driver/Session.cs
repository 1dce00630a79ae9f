using System.Runtime.ExceptionServices;
using Npgsql;
using NpgsqlTypes;
using Ordo.Sync.Errors;

namespace Ordo.Sync.PostgreSql.Driver;

/// <summary>
/// One connection of the pool with one transaction on it. Statements travel in batches, <c>BEGIN</c> and <c>COMMIT</c> among
/// them, so that a round trip carries several. For one caller at a time.
/// </summary>
internal sealed class Session(NpgsqlConnection connection, string store) : IAsyncDisposable
{
    /// <summary>The store's name in messages.</summary>
    public string Store => store;

    /// <summary>Whether a statement has failed: PostgreSQL takes nothing more of the transaction then.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>A statement with its parameters in their order.</summary>
    public static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (object value in values)
        {
            command.Parameters.Add(value is NpgsqlParameter parameter ? parameter : new NpgsqlParameter { Value = value });
        }

        return command;
    }

    /// <summary>A parameter that is an array of binary values.</summary>
    public static NpgsqlParameter Bytes(ReadOnlyMemory<byte>[] values) =>
        new() { Value = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea };

    /// <summary>A parameter that is an array of binary values, some of them absent.</summary>
    public static NpgsqlParameter NullableBytes(byte[]?[] values) =>
        new() { Value = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea };

    /// <summary>Runs statements whose results do not matter.</summary>
    /// <returns>The rows that all of them changed.</returns>
    public Task<int> ExecuteAsync(CancellationToken cancellationToken, params NpgsqlBatchCommand[] commands) =>
        ReadAsync(commands, static (reader, _) => Task.FromResult(reader.RecordsAffected), cancellationToken);

    /// <summary>Runs statements and reads their results.</summary>
    /// <param name="commands">The statements, of one round trip.</param>
    /// <param name="read">Reads the results; those it leaves unread are skipped.</param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    /// <exception cref="SyncException">The server refused a statement, or cannot be reached.</exception>
    public async Task<T> ReadAsync<T>(
        IReadOnlyList<NpgsqlBatchCommand> commands,
        Func<NpgsqlDataReader, CancellationToken, Task<T>> read,
        CancellationToken cancellationToken)
    {
        ThrowIfFailed();
        try
        {
            NpgsqlBatch batch = BatchOf(commands);
            await using (batch.ConfigureAwait(false))
            {
                NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                {
                    T result = await read(reader, cancellationToken).ConfigureAwait(false);

                    // A statement further back may have failed: its error comes when its result is asked for.
                    while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false))
                    {
                    }

                    return result;
                }
            }
        }
        catch (Exception exception)
        {
            throw Fail(exception);
        }
    }

    /// <summary>Runs one statement on the caller's thread and reads its one row.</summary>
    public T ReadRow<T>(NpgsqlBatchCommand command, Func<NpgsqlDataReader, T> read)
    {
        ThrowIfFailed();
        try
        {
            using NpgsqlBatch batch = BatchOf([command]);
            using NpgsqlDataReader reader = batch.ExecuteReader();
            return reader.Read() ? read(reader) : throw Failures.Corrupt(store, "a row that every store has is missing");
        }
        catch (Exception exception)
        {
            throw Fail(exception);
        }
    }

    /// <summary>Gives the connection back; what is not committed is undone by the pool's reset.</summary>
    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private NpgsqlBatch BatchOf(IReadOnlyList<NpgsqlBatchCommand> commands)
    {
        NpgsqlBatch batch = connection.CreateBatch();
        foreach (NpgsqlBatchCommand command in commands)
        {
            batch.BatchCommands.Add(command);
        }

        return batch;
    }

    private void ThrowIfFailed()
    {
        if (HasFailed)
        {
            throw Failures.Busy(store, "an earlier statement of the transaction failed");
        }
    }

    private Exception Fail(Exception exception)
    {
        HasFailed = true;
        if (Failures.Of(store, exception) is { } failure)
        {
            return failure;
        }

        ExceptionDispatchInfo.Throw(exception);
        return exception;
    }
}
