using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Sqlite.Driver;
using Ordo.Sync.Sqlite.Encryption;
using Ordo.Sync.Sqlite.Schema;

namespace Ordo.Sync.Sqlite.Records;

/// <summary>
/// Makes records of rows: one version and the carrier stand in the collection's table, further siblings beside it
/// (<see cref="RowLayout"/>).
/// </summary>
internal static class RecordRow
{
    private static readonly SqlText SelectSiblings = new(
        "SELECT dot, hlc, author, payload, annotations FROM ordo_sibling "
        + "WHERE scope = ?1 AND collection = ?2 AND key = ?3 ORDER BY ordinal");

    /// <summary>Reads a record by its key; <see langword="null"/> where it is not held.</summary>
    /// <param name="view">Where the names of authors come from.</param>
    /// <param name="connection">The connection to read from.</param>
    /// <param name="scope">The scope's number.</param>
    /// <param name="table">The collection's table.</param>
    /// <param name="key">The record's key.</param>
    /// <param name="siblings">The number of rows it has beside its own.</param>
    public static StoredRecord? Get(
        IAuthorSource view, Connection connection, long scope, CollectionTable table, string key, out int siblings)
    {
        using Statement row = connection.Prepare(table.Get).Bind(1, scope).Bind(2, key);
        if (!row.Step())
        {
            siblings = 0;
            return null;
        }

        siblings = row.GetIndex(4);
        return Read(view, connection, scope, table, row, key);
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
        Dot dot = row.GetDot(1);
        HybridTimestamp timestamp = row.GetTimestamp(2);
        string author = view.AuthorOf(connection, row.GetInt64(3));
        RecordVersion? carrier = null;
        int carried = row.IsNull(8) ? RowLayout.NoCarrier : row.GetIndex(8);
        if (carried == RowLayout.CarrierBehind)
        {
            // The row's dot is the carrier's: the content's is the one before.
            carrier = RowLayout.MakeCarrier(dot, timestamp, author, []);
            dot = dot.Counter > 1
                ? new Dot(dot.ReplicaIndex, dot.Counter - 1)
                : throw Failures.Corrupt(connection.Name, $"the record {table.Name}/{key} has a carrier behind no version");
        }
        else if (carried != RowLayout.NoCarrier)
        {
            carrier = RowLayout.MakeCarrier(
                row.GetDot(9),
                row.GetTimestamp(10),
                view.AuthorOf(connection, row.GetInt64(11)),
                connection.Unseal(SealedPart.CarrierNotes, place, row.GetSpan(12)));
        }

        var main = new RecordVersion(
            dot,
            timestamp,
            author,
            connection.Unseal(SealedPart.Payload, place, row.GetSpan(5)),
            connection.Unseal(SealedPart.Annotations, place, row.GetSpan(6)));
        int siblings = row.GetIndex(4);
        ImmutableArray<RecordVersion> versions = siblings == 0
            ? carried == RowLayout.CarrierBehind ? [main, carrier!] : [main]
            : ReadSiblings(view, connection, place, table, siblings, main);
        byte[] conflictFree = connection.Unseal(SealedPart.ConflictFree, place, row.GetSpan(7));
        if (carrier is not null && (siblings > 0 || carried != RowLayout.CarrierBehind))
        {
            int at = carried == RowLayout.CarrierBehind ? versions.Length : carried - RowLayout.CarrierFirst;
            versions = at <= versions.Length
                ? versions.Insert(at, carrier)
                : throw Failures.Corrupt(connection.Name, $"the record {table.Name}/{key} has a carrier in no place");
        }

        return new StoredRecord(new RecordKey(table.Name, key), versions) { ConflictFree = conflictFree };
    }

    private static ImmutableArray<RecordVersion> ReadSiblings(
        IAuthorSource view, Connection connection, SealedPlace place, CollectionTable table, int count, RecordVersion main)
    {
        var versions = new List<RecordVersion>();
        using Statement row = connection.Prepare(SelectSiblings).Bind(1, place.Scope).Bind(2, table.Id).Bind(3, place.Key);
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
                connection.Name,
                $"the record {table.Name}/{place.Key} has {versions.Count} further siblings instead of {count}");
        }

        versions.Add(main);
        return [.. versions];
    }
}
