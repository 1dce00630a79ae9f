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

    private static bool Touches(KeyRange range, string collection) =>
        (range.After is not { } after || string.CompareOrdinal(collection, after.Collection) >= 0)
        && (range.UpTo is not { } upTo || string.CompareOrdinal(collection, upTo.Collection) <= 0);

    private static Statement Begin(Connection connection, CollectionTable table, long scope, KeyRange range) =>
        range.After is { } after && after.Collection == table.Name
            ? connection.Prepare(table.Range).Bind(1, scope).Bind(2, after.Key)
            : connection.Prepare(table.RangeFromStart).Bind(1, scope);
}
