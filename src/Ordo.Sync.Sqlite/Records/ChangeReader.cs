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
/// <remarks>
/// A content with its carrier right behind is found by the carrier's dot (<see cref="RowLayout"/>), so each range is walked one dot
/// further than is asked for.
/// </remarks>
internal static class ChangeReader
{
    public static ChangeSlice Read(
        IAuthorSource view, Connection connection, Catalog catalog, long scope, ChangeQuery query)
    {
        var page = new ReadPage(query.Budget);
        List<ChangeCursor> cursors = Open(connection, catalog, scope);
        try
        {
            Dot? reached = null;
            foreach (Dot upTo in query.UpTo.Entries)
            {
                long after = After(upTo, query);
                long last = upTo.Value + 1;
                while (after < last && Least(cursors, after) is { } cursor && cursor.Dot <= last)
                {
                    Dot dot = Dot.FromValue(cursor.Dot);
                    StoredRecord record = cursor.Read(view, catalog);
                    if (IsFirstPlace(record, dot, query))
                    {
                        if (!page.TryAdd(record))
                        {
                            return new ChangeSlice(page.Records, reached);
                        }

                        reached = dot;
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
        var cursors = new List<ChangeCursor>((catalog.Count * 2) + 1);
        foreach (CollectionTable table in catalog.Tables)
        {
            cursors.Add(new ChangeCursor(connection, scope, table));
            cursors.Add(new ChangeCursor(connection, scope, table, ofCarriers: true));
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

    // A record comes once, by the least place at which a version of it is found that was asked for and is still to come.
    private static bool IsFirstPlace(StoredRecord record, Dot place, ChangeQuery query)
    {
        if (!record.HasSiblings)
        {
            return query.UpTo.Contains(place);
        }

        RowLayout layout = RowLayout.Of(record);
        Dot? first = null;
        foreach (RecordVersion version in record.Versions)
        {
            Dot found = layout.PlaceOf(version);
            bool isWanted = !query.Known.Contains(version.Dot) && query.UpTo.Contains(version.Dot) && !(found <= query.After);
            first = isWanted && !(first < found) ? found : first;
        }

        return first == place;
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
