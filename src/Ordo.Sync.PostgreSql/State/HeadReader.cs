using Npgsql;
using Ordo.Sync.Causality;
using Ordo.Sync.PostgreSql.Driver;
using Ordo.Sync.PostgreSql.Schema;

namespace Ordo.Sync.PostgreSql.State;

/// <summary>
/// Reads a store's head within a transaction. Memory saves only what cannot go stale: replica ids, which are append-only, and
/// the catalog, where the stamp in the database is the same.
/// </summary>
internal static class HeadReader
{
    private const string SelectStore = "SELECT incarnation, counter, journal_sequence, catalog FROM store";

    private const string SelectReplicas = "SELECT id, replica FROM replicas WHERE id >= $1 ORDER BY id";

    private const string SelectClock = "SELECT max(hlc) FROM clock";

    /// <summary>Reads the head as the transaction sees it; statements before it go in the same round trip.</summary>
    /// <param name="session">The transaction's session.</param>
    /// <param name="first">What to run before; its results are skipped.</param>
    /// <param name="known">What was read before, by any transaction that had been committed when this one began.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <param name="before">Is shown each result of those before; <see langword="null"/> to skip them.</param>
    public static async ValueTask<StoreHead> ReadAsync(
        Session session,
        IEnumerable<NpgsqlBatchCommand> first,
        StoreHead? known,
        CancellationToken cancellationToken,
        Func<NpgsqlDataReader, CancellationToken, Task>? before = null)
    {
        ReplicaTable replicas = known?.Replicas ?? ReplicaTable.Empty;
        NpgsqlBatchCommand[] commands =
        [
            .. first,
            Session.Command(SelectStore),
            Session.Command(SelectReplicas, replicas.Count),
            Session.Command(SelectClock),
        ];
        (StoreHead head, long stamp) = await session.ReadAsync(
            commands, (reader, token) => ReadRowsAsync(session.Store, reader, replicas, before, token), cancellationToken)
            .ConfigureAwait(false);
        Catalog catalog = known is not null && known.Catalog.Stamp == stamp
            ? known.Catalog
            : await CatalogReader.ReadAsync(session, stamp, cancellationToken).ConfigureAwait(false);
        return head with { Catalog = catalog };
    }

    /// <summary>Takes the store's row until the transaction ends: who numbers anything of the store's own needs it.</summary>
    public static NpgsqlBatchCommand LockStore() => Session.Command($"{SelectStore} FOR UPDATE");

    /// <summary>Asks for the replica ids behind those known.</summary>
    public static NpgsqlBatchCommand SelectNewReplicas(ReplicaTable known) => Session.Command(SelectReplicas, known.Count);

    /// <summary>Reads the ids that were asked for.</summary>
    public static async Task<ReplicaTable> ReadReplicasAsync(
        string store, NpgsqlDataReader reader, ReplicaTable replicas, CancellationToken cancellationToken)
    {
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            byte[] id = reader.Bytes(1);
            int expected = reader.GetInt32(0);
            int index = -1;
            replicas = id.Length == ReplicaId.SizeBytes ? replicas.With(ReplicaId.Read(id), out index) : replicas;
            if (index != expected)
            {
                throw Failures.Corrupt(store, $"the replica {expected} is not one, or stands there twice");
            }
        }

        return replicas;
    }

    private static async Task<(StoreHead Head, long Stamp)> ReadRowsAsync(
        string store,
        NpgsqlDataReader reader,
        ReplicaTable replicas,
        Func<NpgsqlDataReader, CancellationToken, Task>? before,
        CancellationToken cancellationToken)
    {
        // Statements without rows, such as BEGIN, have no result of their own; those before the head may have one.
        while (reader.FieldCount != 4 || reader.GetName(3) != "catalog")
        {
            if (before is not null)
            {
                await before(reader, cancellationToken).ConfigureAwait(false);
            }

            if (!await reader.NextResultAsync(cancellationToken).ConfigureAwait(false))
            {
                throw Failures.Corrupt(store, "its head is missing");
            }
        }

        if (!await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            throw Failures.Corrupt(store, "its head is missing");
        }

        int self = reader.GetInt32(0);
        long counter = reader.GetInt64(1);
        long sequence = reader.GetInt64(2);
        long stamp = reader.GetInt64(3);
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        replicas = await ReadReplicasAsync(store, reader, replicas, cancellationToken).ConfigureAwait(false);
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        if (self >= replicas.Count || !await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            throw Failures.Corrupt(store, "it does not say which replica it is");
        }

        return (new StoreHead(replicas, self, counter, sequence, reader.Time(0), Catalog.Empty), stamp);
    }
}
