using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Ordo.Sync.Records;
using Ordo.Sync.Sqlite.Driver;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Sqlite.Schema;

/// <summary>Makes and changes the tables of collections, within a transaction of the writer.</summary>
internal static class CollectionDefiner
{
    /// <summary>The most indexes a collection may declare.</summary>
    public const int IndexesMax = 64;

    private const int FieldBytesMax = 512;

    private static readonly string[] FixedColumns =
    [
        "_id", "_scope", "_key", "_dot", "_hlc", "_author", "_deleted", "_conflict", "_payload", "_annotations", "_crdt",
        "_visible", "_carried", "_carrier", "_carrier_hlc", "_carrier_author", "_carrier_notes",
        // SQLite's own names of the row id.
        "rowid", "oid", "_rowid_",
        // What the view adds.
        "_time", "_state",
    ];

    private static readonly SqlText InsertCollection =
        new("INSERT INTO ordo_collection(name, table_name) VALUES(?1, ?2)");

    private static readonly SqlText InsertIndex =
        new("INSERT INTO ordo_index(collection, field, type, column_name) VALUES(?1, ?2, ?3, ?4)");

    private static readonly SqlText DeleteIndex = new("DELETE FROM ordo_index WHERE collection = ?1 AND field = ?2");

    private static readonly SqlText RenameColumn =
        new("UPDATE ordo_index SET column_name = ?3 WHERE collection = ?1 AND field = ?2");

    /// <summary>Fails where a schema cannot be declared.</summary>
    /// <exception cref="ArgumentException">
    /// A name or the number of indexes is not allowed, or a field is named twice.
    /// </exception>
    public static void Validate(CollectionSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        if (RecordNames.WhyNotCollection(schema.Name) is { } why)
        {
            throw new ArgumentException(why, nameof(schema));
        }

        ImmutableArray<IndexDefinition> indexes = schema.Indexes.IsDefault ? [] : schema.Indexes;
        if (indexes.Length > IndexesMax)
        {
            throw new ArgumentException($"'{schema.Name}' declares {indexes.Length} indexes; {IndexesMax} are the most.");
        }

        var fields = new HashSet<string>(StringComparer.Ordinal);
        foreach (IndexDefinition index in indexes)
        {
            bool fits = !string.IsNullOrEmpty(index.Field) && !index.Field.Contains('\0', StringComparison.Ordinal)
                && Encoding.UTF8.GetByteCount(index.Field) <= FieldBytesMax && Enum.IsDefined(index.Type);
            if (!fits || !fields.Add(index.Field))
            {
                throw new ArgumentException(
                    $"'{schema.Name}' declares an index over '{index.Field}' "
                    + "that is empty, too long, of no type, or there twice.");
            }
        }
    }

    /// <summary>Whether a table has just the indexes that a schema declares.</summary>
    public static bool Matches(CollectionTable table, CollectionSchema schema)
    {
        ImmutableArray<IndexDefinition> indexes = schema.Indexes.IsDefault ? [] : schema.Indexes;
        return table.Columns.Length == indexes.Length
            && indexes.All(index => table.Find(index.Field)?.Definition.Type == index.Type);
    }

    /// <summary>Makes the table of a collection that has none.</summary>
    public static CollectionTable Create(Connection connection, Catalog catalog, string name)
    {
        if (RecordNames.WhyNotCollection(name) is { } why)
        {
            throw new ArgumentException(why, nameof(name));
        }

        // SQLite does not tell names apart by case; collections are. '$' is in no collection's name.
        bool taken = catalog.Tables.Any(table => table.TableName.Equals(name, StringComparison.OrdinalIgnoreCase));
        string tableName = taken ? string.Create(CultureInfo.InvariantCulture, $"{name}${catalog.Count + 1}") : name;
        connection.Prepare(InsertCollection).Bind(1, name).Bind(2, tableName).Run();
        var created = new CollectionTable((int)connection.LastRowId, name, tableName, []);
        connection.Execute(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            CREATE TABLE {created.Quoted}(
              _id INTEGER PRIMARY KEY, _scope INTEGER NOT NULL, _key TEXT NOT NULL, _dot INTEGER NOT NULL,
              _hlc INTEGER NOT NULL, _author INTEGER NOT NULL, _deleted INTEGER NOT NULL, _conflict INTEGER NOT NULL,
              _payload BLOB, _annotations BLOB, _crdt BLOB, _visible BLOB, {string.Join(", ", CarrierColumns.Definitions)});
            CREATE UNIQUE INDEX ordo_key_{created.Id} ON {created.Quoted}(_scope, _key);
            CREATE INDEX ordo_dot_{created.Id} ON {created.Quoted}(_scope, _dot);
            {CarrierColumns.IndexOf(created)};
            """));
        CreateView(connection, created);
        return created;
    }

    /// <summary>
    /// Gives a table the indexes of a schema: drops what is declared no longer, adds and fills what is new.
    /// </summary>
    public static CollectionTable Change(Connection connection, CollectionTable table, CollectionSchema schema)
    {
        ImmutableArray<IndexDefinition> indexes = schema.Indexes.IsDefault ? [] : schema.Indexes;
        connection.Execute($"DROP VIEW IF EXISTS {ViewName(table)}");
        ImmutableArray<IndexColumn> kept = table.Columns.RemoveAll(column => !indexes.Contains(column.Definition));
        foreach (IndexColumn gone in table.Columns.Except(kept))
        {
            connection.Execute(
                $"DROP INDEX {IndexName(table, gone)}; ALTER TABLE {table.Quoted} DROP COLUMN {gone.Quoted}");
            connection.Prepare(DeleteIndex).Bind(1, table.Id).Bind(2, gone.Definition.Field).Run();
        }

        ImmutableArray<IndexColumn> columns = kept;
        foreach (IndexDefinition index in indexes.Where(index => kept.All(column => column.Definition != index)))
        {
            var column = new IndexColumn(index, ColumnName(index.Field, columns));
            connection.Execute($"ALTER TABLE {table.Quoted} ADD COLUMN {column.Quoted} {column.SqlType}");
            connection.Prepare(InsertIndex)
                .Bind(1, table.Id).Bind(2, index.Field).Bind(3, (long)index.Type).Bind(4, column.Column).Run();
            columns = columns.Add(column);
        }

        var changed = new CollectionTable(table.Id, table.Name, table.TableName, columns);
        ImmutableArray<IndexColumn> added = columns.RemoveRange(0, kept.Length);
        if (!added.IsEmpty)
        {
            IndexFiller.Fill(connection, changed, added);
        }

        foreach (IndexColumn column in added)
        {
            CreateIndex(connection, table, column);
        }

        CreateView(connection, changed);
        return changed;
    }

    /// <summary>Gives the column of an index another name, since a fixed column takes its own.</summary>
    public static void Rename(Connection connection, CollectionTable table, IndexColumn column)
    {
        var renamed = new IndexColumn(column.Definition, ColumnName(column.Column, table.Columns));
        connection.Execute(
            $"DROP VIEW IF EXISTS {ViewName(table)}; DROP INDEX {IndexName(table, column)}; "
            + $"ALTER TABLE {table.Quoted} RENAME COLUMN {column.Quoted} TO {renamed.Quoted}");
        CreateIndex(connection, table, renamed);
        connection.Prepare(RenameColumn)
            .Bind(1, table.Id).Bind(2, column.Definition.Field).Bind(3, renamed.Column).Run();
        CreateView(connection, new CollectionTable(table.Id, table.Name, table.TableName, table.Columns.Replace(column, renamed)));
    }

    /// <summary>Makes the view of a collection anew.</summary>
    public static void ReplaceView(Connection connection, CollectionTable table)
    {
        connection.Execute($"DROP VIEW IF EXISTS {ViewName(table)}");
        CreateView(connection, table);
    }

    // Tombstones are in no answer to a query, so they take no place in its index.
    private static void CreateIndex(Connection connection, CollectionTable table, IndexColumn column) => connection.Execute(
        $"CREATE INDEX {IndexName(table, column)} ON {table.Quoted}(_scope, {column.Quoted}, _key) WHERE _deleted = 0");

    private static string IndexName(CollectionTable table, IndexColumn column) =>
        Identifier.Quote(string.Create(CultureInfo.InvariantCulture, $"ordo_index_{table.Id}_{column.Column}"));

    private static string ViewName(CollectionTable table) => Identifier.Quote($"ordo_view_{table.TableName}");

    // A field keeps its name as a column unless that is taken: by a fixed column, or by a field that differs in case
    // alone.
    private static string ColumnName(string field, ImmutableArray<IndexColumn> columns)
    {
        string name = field;
        for (int suffix = 2; IsTaken(name, columns); suffix++)
        {
            name = string.Create(CultureInfo.InvariantCulture, $"{field}${suffix}");
        }

        return name;
    }

    private static bool IsTaken(string name, ImmutableArray<IndexColumn> columns) =>
        FixedColumns.Contains(name, StringComparer.OrdinalIgnoreCase)
        || columns.Any(column => column.Column.Equals(name, StringComparison.OrdinalIgnoreCase));

    // For people with a SQL shell: names instead of interned numbers, a date instead of a hybrid timestamp.
    private static void CreateView(Connection connection, CollectionTable table)
    {
        string fields = string.Concat(table.Columns.Select(column => $", t.{column.Quoted}"));
        connection.Execute(
            $"""
            CREATE VIEW {ViewName(table)} AS
              SELECT s.name AS _scope, t._key, strftime('%Y-%m-%dT%H:%M:%fZ', (t._hlc >> 16) / 1000.0, 'unixepoch') AS _time,
                CASE WHEN t._deleted THEN 'deleted' WHEN t._conflict THEN 'conflict' ELSE 'live' END AS _state,
                coalesce(a.name, '') AS _author, t._deleted, t._conflict{fields}, t._payload
              FROM {table.Quoted} t JOIN ordo_scope s ON s.id = t._scope LEFT JOIN ordo_author a ON a.id = t._author;
            """);
    }
}
