using System.Collections.Immutable;
using Npgsql;
using Ordo.Sync.PostgreSql.Driver;
using Ordo.Sync.Records;

namespace Ordo.Sync.PostgreSql.Records;

/// <summary>
/// Makes records of rows: the greatest version stands in <c>records</c>, further siblings in a table beside it, which is asked
/// once a page and only where a row says that it has any.
/// </summary>
internal static class RecordReader
{
    /// <summary>What is read of a record, in this order.</summary>
    public const string Columns = "collection, key, dot, hlc, author, siblings, payload, annotations, crdt";

    private const int MatchColumn = 9;

    // One look-up in the index a key, whatever the planner believes of the table: a plan made while it was empty would be kept, and
    // read all of it for every page. OFFSET 0 keeps the look-up from becoming a join of another kind.
    private const string SelectMany =
        $"""
        SELECT r.* FROM unnest($2::text[], $3::text[]) AS w(c, k) CROSS JOIN LATERAL (
          SELECT {Columns} FROM records WHERE scope = $1 AND collection = w.c AND key = w.k OFFSET 0) AS r
        """;

    private const string SelectManyOf =
        $"""
        SELECT r.* FROM unnest($2::text[], $3::text[]) AS w(c, k) CROSS JOIN LATERAL (
          SELECT {Columns} FROM records WHERE scope = (SELECT id FROM scopes WHERE name = $1)
            AND collection = w.c AND key = w.k OFFSET 0) AS r
        """;

    private const string SelectSiblings =
        """
        SELECT collection, key, dot, hlc, author, payload, annotations FROM siblings
          WHERE scope = $1 AND (collection, key) IN (SELECT * FROM unnest($2::text[], $3::text[]))
          ORDER BY collection, key, ordinal
        """;

    private static readonly string SelectOne = $"SELECT {Columns} FROM records WHERE scope = $1 AND collection = $2 AND key = $3";

    /// <summary>Reads a record by its key; <see langword="null"/> where it is not held.</summary>
    public static async ValueTask<StoredRecord?> GetAsync(
        Session session, long scope, RecordKey key, CancellationToken cancellationToken)
    {
        List<StoredRecord> found = await ReadAsync(
            session, scope, Session.Command(SelectOne, scope, key.Collection, key.Key), cancellationToken).ConfigureAwait(false);
        return found.Count == 0 ? null : found[0];
    }

    /// <summary>Reads those of some records that are held, in any order.</summary>
    public static ValueTask<List<StoredRecord>> GetManyAsync(
        Session session, long scope, IReadOnlyCollection<RecordKey> keys, CancellationToken cancellationToken) =>
        ReadAsync(session, scope, WithKeys(SelectMany, scope, keys), cancellationToken);

    /// <summary>Asks for records of a scope that is named.</summary>
    public static NpgsqlBatchCommand SelectCommand(string scope, IReadOnlyCollection<RecordKey> keys) =>
        WithKeys(SelectManyOf, scope, keys);

    /// <summary>Whether a result is what <see cref="SelectCommand"/> asks for.</summary>
    public static bool IsRecords(NpgsqlDataReader reader) =>
        reader.FieldCount == MatchColumn && reader.GetName(0) == "collection";

    /// <summary>Reads the records that a statement over <see cref="Columns"/> finds, whole, in its order.</summary>
    public static async ValueTask<List<StoredRecord>> ReadAsync(
        Session session, long scope, NpgsqlBatchCommand command, CancellationToken cancellationToken)
    {
        List<RecordRow> rows = await ReadRowsAsync(session, scope, command, cancellationToken).ConfigureAwait(false);
        return rows.ConvertAll(row => row.Record);
    }

    /// <summary>Reads like <see cref="ReadAsync"/>; one column more says by which dot a record was found.</summary>
    public static async ValueTask<List<RecordRow>> ReadRowsAsync(
        Session session, long scope, NpgsqlBatchCommand command, CancellationToken cancellationToken)
    {
        List<RecordRow> rows = await session.ReadAsync(
            [command], (reader, token) => ReadRowsAsync(session.Store, reader, token), cancellationToken).ConfigureAwait(false);
        RecordKey[] conflicted = [.. rows.Where(row => row.Siblings > 0).Select(row => row.Record.Key).Distinct()];
        if (conflicted.Length == 0)
        {
            return rows;
        }

        ILookup<RecordKey, RecordVersion> siblings = await session.ReadAsync(
            [WithKeys(SelectSiblings, scope, conflicted)],
            (reader, token) => ReadSiblingsAsync(session.Store, reader, token),
            cancellationToken).ConfigureAwait(false);
        return rows.ConvertAll(row => row.Siblings == 0 ? row : Join(session.Store, row, siblings));
    }

    private static NpgsqlBatchCommand WithKeys(string sql, object scope, IReadOnlyCollection<RecordKey> keys) => Session.Command(
        sql, scope, keys.Select(key => key.Collection).ToArray(), keys.Select(key => key.Key).ToArray());

    private static RecordRow Join(string store, RecordRow row, ILookup<RecordKey, RecordVersion> siblings)
    {
        StoredRecord record = row.Record;
        ImmutableArray<RecordVersion> versions = [.. siblings[record.Key], record.Greatest];
        return versions.Length == row.Siblings + 1
            ? row with { Record = record with { Versions = versions } }
            : throw Failures.Corrupt(
                store, $"the record {record.Key} has {versions.Length - 1} further siblings instead of {row.Siblings}");
    }

    /// <summary>Reads rows without the siblings that stand in another table.</summary>
    public static async Task<List<RecordRow>> ReadRowsAsync(
        string store, NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var rows = new List<RecordRow>();
        bool hasMatch = reader.FieldCount > MatchColumn;
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var version = new RecordVersion(
                reader.Dot(store, 2), reader.Time(3), reader.Utf8(4), reader.Bytes(6), reader.Bytes(7));
            var record = new StoredRecord(new RecordKey(reader.GetString(0), reader.GetString(1)), [version]);
            byte[] conflictFree = reader.Bytes(8);
            rows.Add(new RecordRow(
                conflictFree.Length == 0 ? record : record with { ConflictFree = conflictFree },
                reader.GetInt32(5),
                hasMatch ? reader.Dot(store, MatchColumn) : version.Dot));
        }

        return rows;
    }

    private static async Task<ILookup<RecordKey, RecordVersion>> ReadSiblingsAsync(
        string store, NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var rows = new List<(RecordKey Key, RecordVersion Version)>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            rows.Add((
                new RecordKey(reader.GetString(0), reader.GetString(1)),
                new RecordVersion(reader.Dot(store, 2), reader.Time(3), reader.Utf8(4), reader.Bytes(5), reader.Bytes(6))));
        }

        return rows.ToLookup(row => row.Key, row => row.Version);
    }
}
