using System.Collections.Immutable;
using Ordo.Sync.Records;
using Ordo.Sync.Sqlite.Driver;
using Ordo.Sync.Sqlite.Encryption;
using Ordo.Sync.Sqlite.Schema;

namespace Ordo.Sync.Sqlite.Records;

/// <summary>
/// Makes records of rows: the greatest version stands in the collection's table, further siblings beside it.
/// </summary>
internal static class RecordRow
{
    private static readonly SqlText SelectSiblings = new(
        "SELECT dot, hlc, author, payload, annotations FROM ordo_sibling "
        + "WHERE scope = ?1 AND collection = ?2 AND key = ?3 ORDER BY ordinal");

    /// <summary>Reads a record by its key; <see langword="null"/> where it is not held.</summary>
    public static StoredRecord? Get(
        IAuthorSource view, Connection connection, long scope, CollectionTable table, string key)
    {
        using Statement row = connection.Prepare(table.Get).Bind(1, scope).Bind(2, key);
        return row.Step() ? Read(view, connection, scope, table, row, key) : null;
    }

    /// <summary>
    /// Reads the record of a row; the row's statement is still open, so its siblings come from the same read.
    /// </summary>
    /// <param name="view">Where the names of authors come from.</param>
    /// <param name="connection">The connection of the row.</param>
    /// <param name="scope">The scope's number.</param>
    /// <param name="table">The table of the row.</param>
    /// <param name="row">A row of <see cref="CollectionTable.RecordColumns"/>.</param>
    /// <param name="key">The record's key where the caller has it.</param>
    public static StoredRecord Read(
        IAuthorSource view, Connection connection, long scope, CollectionTable table, Statement row, string? key = null)
    {
        key ??= row.GetText(0);
        var place = new SealedPlace(scope, table.Id, key);
        var greatest = new RecordVersion(
            row.GetDot(1),
            row.GetTimestamp(2),
            view.AuthorOf(connection, row.GetInt64(3)),
            connection.Unseal(SealedPart.Payload, place, row.GetSpan(5)),
            connection.Unseal(SealedPart.Annotations, place, row.GetSpan(6)));
        int siblings = row.GetIndex(4);
        ImmutableArray<RecordVersion> versions = siblings == 0
            ? [greatest]
            : ReadSiblings(view, connection, scope, table, key, siblings, greatest);
        byte[] conflictFree = connection.Unseal(SealedPart.ConflictFree, place, row.GetSpan(7));
        var record = new StoredRecord(new RecordKey(table.Name, key), versions);
        return conflictFree.Length == 0 ? record : record with { ConflictFree = conflictFree };
    }

    private static ImmutableArray<RecordVersion> ReadSiblings(
        IAuthorSource view,
        Connection connection,
        long scope,
        CollectionTable table,
        string key,
        int count,
        RecordVersion greatest)
    {
        var versions = new List<RecordVersion>();
        var place = new SealedPlace(scope, table.Id, key);
        using Statement row = connection.Prepare(SelectSiblings).Bind(1, scope).Bind(2, table.Id).Bind(3, key);
        while (row.Step())
        {
            versions.Add(new RecordVersion(
                row.GetDot(0),
                row.GetTimestamp(1),
                view.AuthorOf(connection, row.GetInt64(2)),
                connection.Unseal(SealedPart.Payload, place, row.GetSpan(3)),
                connection.Unseal(SealedPart.Annotations, place, row.GetSpan(4))));
        }

        if (versions.Count != count)
        {
            throw Failures.Corrupt(
                connection.Name, $"the record {table.Name}/{key} has {versions.Count} further siblings instead of {count}");
        }

        versions.Add(greatest);
        return [.. versions];
    }
}
