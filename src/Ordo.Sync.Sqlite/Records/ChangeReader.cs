using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Sqlite.Driver;
using Ordo.Sync.Sqlite.Schema;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Sqlite.Records;

/// <summary>
/// Finds changes by knowledge: for each writer of whom more is claimed than is known, one range of the index on (scope,
/// dot), in every collection's table and in that of further siblings, merged in packed order.
/// </summary>
internal static class ChangeReader
{
    public static ChangeSlice Read(
        IAuthorSource view, Connection connection, Catalog catalog, long scope, ChangeQuery query)
    {
        var page = new ReadPage(query.Budget);
        List<ChangeCursor> cursors = Open(connection, catalog, scope);
        try
        {
            Dot? last = null;
            foreach (Dot upTo in query.UpTo.Entries)
            {
                long after = After(upTo, query);
                while (after < upTo.Value && Least(cursors, after) is { } cursor && cursor.Dot <= upTo.Value)
                {
                    Dot dot = Dot.FromValue(cursor.Dot);
                    StoredRecord record = cursor.Read(view, catalog);
                    if (!CameByLesserDot(record, dot, query))
                    {
                        if (!page.TryAdd(record))
                        {
                            return new ChangeSlice(page.Records, last);
                        }

                        last = dot;
                    }

                    after = dot.Value;
                    cursor.Advance();
                }
            }

            return new ChangeSlice(page.Records, Next: null);
        }
        finally
        {
            cursors.ForEach(cursor => cursor.Dispose());
        }
    }

    private static List<ChangeCursor> Open(Connection connection, Catalog catalog, long scope)
    {
        var cursors = new List<ChangeCursor>(catalog.Count + 1);
        foreach (CollectionTable table in catalog.Tables)
        {
            cursors.Add(new ChangeCursor(connection, scope, table));
        }

        cursors.Add(new ChangeCursor(connection, scope, table: null));
        return cursors;
    }

    // The last dot of the writer that is not asked for, packed: what is known, or where the part before ended.
    private static long After(Dot upTo, ChangeQuery query)
    {
        long known = ((long)upTo.ReplicaIndex << Dot.CounterBits) | query.Known[upTo.ReplicaIndex];
        return query.After is { } after ? Math.Max(known, after.Value) : known;
    }

    // A record with two versions that match comes once, by the lesser dot.
    private static bool CameByLesserDot(StoredRecord record, Dot dot, ChangeQuery query)
    {
        if (!record.HasSiblings)
        {
            return false;
        }

        foreach (RecordVersion version in record.Versions)
        {
            Dot other = version.Dot;
            if (other < dot && !(other <= query.After) && !query.Known.Contains(other) && query.UpTo.Contains(other))
            {
                return true;
            }
        }

        return false;
    }

    private static ChangeCursor? Least(List<ChangeCursor> cursors, long after)
    {
        ChangeCursor? least = null;
        foreach (ChangeCursor cursor in cursors)
        {
            cursor.Seek(after);
            if (least is null || cursor.Dot < least.Dot)
            {
                least = cursor;
            }
        }

        return least;
    }
}
