using Npgsql;
using Ordo.Sync.Causality;
using Ordo.Sync.Journal;
using Ordo.Sync.PostgreSql.Driver;
using Ordo.Sync.Records;

namespace Ordo.Sync.PostgreSql.Journal;

/// <summary>Reads and writes <c>journal</c>. A hub that only answers journals nothing; one below another does.</summary>
internal static class JournalTable
{
    private const string Insert =
        "INSERT INTO journal(scope, sequence, collection, key, dot, hlc, kind, content) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

    private const string Delete = "DELETE FROM journal WHERE scope = $1 AND dot >= $2 AND dot <= $3";

    private const string SelectPage =
        """
        SELECT s.name, j.collection, j.key, j.dot, j.hlc, j.kind, j.content, j.sequence
          FROM journal j JOIN scopes s ON s.id = j.scope WHERE j.sequence > $1 ORDER BY j.sequence LIMIT $2
        """;

    private const string SelectStatus =
        """
        SELECT count(*), coalesce(sum(32 + octet_length(key) + octet_length(content)), 0)::bigint,
            (SELECT o.hlc FROM journal o WHERE $1 IS NULL OR o.scope = $1 ORDER BY o.sequence LIMIT 1)
          FROM journal WHERE $1 IS NULL OR scope = $1
        """;

    public static NpgsqlBatchCommand Append(long scope, long sequence, JournalEntry entry) => Session.Command(
        Insert,
        scope,
        sequence,
        entry.Key.Collection,
        entry.Key.Key,
        entry.Dot.Value,
        SqlTime.ToInt64(entry.Timestamp),
        (int)entry.Kind,
        entry.Content);

    /// <summary>Removes a scope's entries of one replica up to a dot.</summary>
    public static Task<int> PruneAsync(Session session, long scope, Dot upTo, CancellationToken cancellationToken) =>
        session.ExecuteAsync(
            cancellationToken,
            Session.Command(Delete, scope, (long)upTo.ReplicaIndex << Dot.CounterBits, upTo.Value));

    public static async ValueTask<IReadOnlyList<JournalEntry>> ReadAsync(
        Session session, long afterSequence, int countMax, CancellationToken cancellationToken) =>
        await session.ReadAsync(
            [Session.Command(SelectPage, afterSequence, countMax)],
            (reader, token) => ReadEntriesAsync(session.Store, reader, token),
            cancellationToken).ConfigureAwait(false);

    /// <summary>How much waits in one scope, or in all where it is <see langword="null"/>.</summary>
    public static async ValueTask<JournalStatus> StatusAsync(
        Session session, long? scope, CancellationToken cancellationToken)
    {
        var parameter = new NpgsqlParameter
        {
            Value = scope ?? (object)DBNull.Value,
            NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Bigint,
        };
        return await session.ReadAsync(
            [Session.Command(SelectStatus, parameter)],
            static async (reader, token) =>
            {
                await reader.ReadAsync(token).ConfigureAwait(false);
                return new JournalStatus(
                    reader.GetInt64(0), reader.GetInt64(1), reader.IsDBNull(2) ? null : reader.Time(2));
            },
            cancellationToken).ConfigureAwait(false);
    }

    private static async Task<List<JournalEntry>> ReadEntriesAsync(
        string store, NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var entries = new List<JournalEntry>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var kind = (OperationKind)reader.GetInt32(5);
            if (!Enum.IsDefined(kind))
            {
                throw Failures.Corrupt(store, $"the journal holds an operation of the unknown kind {(int)kind}");
            }

            entries.Add(new JournalEntry(
                reader.GetString(0),
                new RecordKey(reader.GetString(1), reader.GetString(2)),
                reader.Dot(store, 3),
                reader.Time(4),
                kind,
                reader.Bytes(6))
            {
                Sequence = reader.GetInt64(7),
            });
        }

        return entries;
    }
}
