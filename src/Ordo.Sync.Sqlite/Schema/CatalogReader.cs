using System.Collections.Immutable;
using Ordo.Sync.Sqlite.Driver;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Sqlite.Schema;

/// <summary>Reads the catalog as a connection sees it.</summary>
internal static class CatalogReader
{
    private static readonly SqlText SelectCollections = new("SELECT id, name, table_name FROM ordo_collection");

    private static readonly SqlText SelectIndexes =
        new("SELECT collection, field, type, column_name FROM ordo_index ORDER BY collection, field");

    public static Catalog Read(Connection connection)
    {
        Dictionary<int, List<IndexColumn>> columns = ReadColumns(connection);
        Catalog catalog = Catalog.Empty;
        using Statement row = connection.Prepare(SelectCollections);
        while (row.Step())
        {
            int id = row.GetIndex(0);
            ImmutableArray<IndexColumn> own = columns.TryGetValue(id, out List<IndexColumn>? found) ? [.. found] : [];
            catalog = catalog.With(new CollectionTable(id, row.GetText(1), row.GetText(2), own));
        }

        return catalog;
    }

    private static Dictionary<int, List<IndexColumn>> ReadColumns(Connection connection)
    {
        var columns = new Dictionary<int, List<IndexColumn>>();
        using Statement row = connection.Prepare(SelectIndexes);
        while (row.Step())
        {
            int type = row.GetIndex(2);
            if (!Enum.IsDefined((IndexType)type))
            {
                throw Failures.Corrupt(connection.Name, $"an index has the unknown type {type}");
            }

            var column = new IndexColumn(new IndexDefinition(row.GetText(1), (IndexType)type), row.GetText(3));
            int collection = row.GetIndex(0);
            if (!columns.TryGetValue(collection, out List<IndexColumn>? list))
            {
                columns.Add(collection, list = []);
            }

            list.Add(column);
        }

        return columns;
    }
}
