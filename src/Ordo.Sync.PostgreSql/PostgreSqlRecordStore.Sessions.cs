using System.Collections.Concurrent;
using Npgsql;
using Ordo.Sync.Errors;
using Ordo.Sync.PostgreSql.Driver;
using Ordo.Sync.PostgreSql.State;
using Ordo.Sync.PostgreSql.Transactions;

namespace Ordo.Sync.PostgreSql;

/// <content>How transactions begin on a connection of the pool, and how reads end.</content>
public sealed partial class PostgreSqlRecordStore
{
    private readonly ConcurrentDictionary<Task, byte> _endings = new();

    /// <summary>Gives a read's session back beside the caller: its transaction is ended first, which is a round trip.</summary>
    internal void EndRead(Session session)
    {
        Task ending = EndAsync(session);
        if (ending.IsCompleted)
        {
            return;
        }

        _endings.TryAdd(ending, 0);
        _ = ending.ContinueWith(
            static (ended, endings) => ((ConcurrentDictionary<Task, byte>)endings!).TryRemove(ended, out _),
            _endings,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private static async Task EndAsync(Session session)
    {
        try
        {
            await session.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is NpgsqlException or IOException or TimeoutException)
        {
            // What was read is answered. The pool throws the connection away, and who needs one next is told if there is none.
        }
    }

    private NpgsqlBatchCommand[] BeginWrite(string gate) =>
    [
        new("BEGIN"),
        .. _beginWrite.Split(';').Select(static set => new NpgsqlBatchCommand(set)),
        Session.Command($"SELECT {gate}($1, $2)", GateClass, _lockKey),
    ];

    // A connection of the pool may be broken, when the server was started again; nothing is lost by trying another.
    private async ValueTask<(Session Session, StoreHead Head)> OpenTransactionAsync(
        Func<NpgsqlBatchCommand[]> first,
        CancellationToken cancellationToken,
        FetchedAhead? fetched = null)
    {
        const int AttemptsMax = 3;
        for (int attempt = 1; ; attempt++)
        {
            StoreHead known = Latest();
            Session session = await OpenSessionAsync(cancellationToken).ConfigureAwait(false);
            fetched?.Clear();
            try
            {
                StoreHead head = await HeadReader.ReadAsync(
                    session, first(), known, cancellationToken, fetched is null ? null : fetched.ReadAsync).ConfigureAwait(false);
                return (session, head);
            }
            catch (SyncException exception) when (attempt < AttemptsMax && IsBrokenConnection(exception))
            {
                await session.DisposeAsync().ConfigureAwait(false);
            }
            catch
            {
                await session.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    private static bool IsBrokenConnection(SyncException exception) => exception.InnerException is NpgsqlException
    {
        SqlState: null or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown,
        InnerException: not TimeoutException,
    };

    private async ValueTask<Session> OpenSessionAsync(CancellationToken cancellationToken)
    {
        try
        {
            return new Session(await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false), Name);
        }
        catch (Exception exception) when (Failures.Of(Name, exception) is { } failure)
        {
            throw failure;
        }
    }
}
