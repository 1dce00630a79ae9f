using Ordo.Sync.Records;
using Ordo.Sync.Sqlite.Driver;
using Ordo.Sync.Sqlite.Schema;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Sqlite.Records;

/// <summary>Reads records in key order, one collection's table after the other.</summary>
internal static class RangeReader
{
    public static RangeSlice Read(
        IAuthorSource view, Connection connection, Catalog catalog, long scope, KeyRange range, ReadBudget budget)
    {
        var page = new ReadPage(budget);
        foreach (CollectionTable table in catalog.Tables)
        {
            if (!Touches(range, table.Name))
            {
                continue;
            }

            using Statement row = Begin(connection, table, scope, range);
            while (row.Step())
            {
                string key = row.GetText(0);
                if (range.UpTo is { } upTo && new RecordKey(table.Name, key) > upTo)
                {
                    break;
                }

                if (page.IsFull || !page.TryAdd(RecordRow.Read(view, connection, scope, table, row, key)))
                {
                    return new RangeSlice(page.Records, IsLast: false);
                }
            }
        }

        return new RangeSlice(page.Records, IsLast: true);
    }

    /// <summary>Reads keys alone.</summary>
    public static IReadOnlyList<RecordKey> ReadKeys(
        Connection connection, Catalog catalog, long scope, KeyRange range, int countMax)
    {
        var keys = new List<RecordKey>();
        foreach (CollectionTable table in catalog.Tables)
        {
            if (!Touches(range, table.Name))
            {
                continue;
            }

            // No key is empty, so all of them stand behind the empty text.
            string after = range.After is { } key && key.Collection == table.Name ? key.Key : string.Empty;
            using Statement row = connection.Prepare(table.Keys).Bind(1, scope).Bind(2, after);
            while (row.Step())
            {
                var next = new RecordKey(table.Name, row.GetText(0));
                if (keys.Count == countMax || (range.UpTo is { } upTo && next > upTo))
                {
                    break;
                }

                keys.Add(next);
            }
        }

        return keys;
    }

    private static bool Touches(KeyRange range, string collection) =>
        (range.After is not { } after || string.CompareOrdinal(collection, after.Collection) >= 0)
        && (range.UpTo is not { } upTo || string.CompareOrdinal(collection, upTo.Collection) <= 0);

    private static Statement Begin(Connection connection, CollectionTable table, long scope, KeyRange range) =>
        range.After is { } after && after.Collection == table.Name
            ? connection.Prepare(table.Range).Bind(1, scope).Bind(2, after.Key)
            : connection.Prepare(table.RangeFromStart).Bind(1, scope);
}
