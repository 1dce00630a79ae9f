using System.Collections.Immutable;
using System.Globalization;
using Ordo.Sync.Sqlite.Driver;

namespace Ordo.Sync.Sqlite.Schema;

/// <summary>
/// The table of a collection, and the statements over it. Immutable: a change of its indexes makes another.
/// </summary>
internal sealed class CollectionTable
{
    /// <summary>What <see cref="Records.RecordRow"/> reads, in its order.</summary>
    public const string RecordColumns = "_key, _dot, _hlc, _author, _conflict, _payload, _annotations, _crdt, "
        + "_carried, _carrier, _carrier_hlc, _carrier_author, _carrier_notes";

    /// <summary>The number of columns that every record binds; those of indexes follow.</summary>
    public const int FixedParameters = 16;

    public CollectionTable(int id, string name, string tableName, ImmutableArray<IndexColumn> columns)
    {
        Id = id;
        Name = name;
        TableName = tableName;
        Columns = columns;
        Quoted = Identifier.Quote(tableName);
        string select = $"SELECT {RecordColumns} FROM {Quoted}";
        Get = new SqlText($"{select} WHERE _scope = ?1 AND _key = ?2");
        Range = new SqlText($"{select} WHERE _scope = ?1 AND _key > ?2 ORDER BY _key");
        RangeFromStart = new SqlText($"{select} WHERE _scope = ?1 ORDER BY _key");
        Keys = new SqlText($"SELECT _key FROM {Quoted} WHERE _scope = ?1 AND _key > ?2 ORDER BY _key");
        Changes = new SqlText($"{select} WHERE _scope = ?1 AND _dot > ?2 ORDER BY _dot");
        CarrierChanges = new SqlText($"{select} WHERE _scope = ?1 AND _carrier > ?2 ORDER BY _carrier");
        HoldsScope = new SqlText($"SELECT 1 FROM {Quoted} WHERE _scope = ?1 LIMIT 1");
        Delete = new SqlText($"DELETE FROM {Quoted} WHERE _scope = ?1 AND _key = ?2");
        DeleteScope = new SqlText($"DELETE FROM {Quoted} WHERE _scope = ?1");
        string insert = Insert(columns);
        TryAdd = new SqlText($"{insert} ON CONFLICT(_scope, _key) DO NOTHING");
        Put = new SqlText($"{insert} ON CONFLICT(_scope, _key) DO UPDATE SET {Assignments(columns)}");
    }

    public int Id { get; }

    /// <summary>The collection's name.</summary>
    public string Name { get; }

    /// <summary>
    /// The table's name: the collection's, with a suffix where another differs from it in case alone.
    /// </summary>
    public string TableName { get; }

    /// <summary>The table's name in SQL text.</summary>
    public string Quoted { get; }

    /// <summary>The columns of declared indexes.</summary>
    public ImmutableArray<IndexColumn> Columns { get; }

    public SqlText Get { get; }

    public SqlText Range { get; }

    public SqlText RangeFromStart { get; }

    public SqlText Keys { get; }

    public SqlText Changes { get; }

    /// <summary>The changes whose carrier stands apart from its content.</summary>
    public SqlText CarrierChanges { get; }

    public SqlText HoldsScope { get; }

    public SqlText TryAdd { get; }

    public SqlText Put { get; }

    public SqlText Delete { get; }

    public SqlText DeleteScope { get; }

    /// <summary>The column of a field, or <see langword="null"/> where no index over it is declared.</summary>
    public IndexColumn? Find(string field)
    {
        foreach (IndexColumn column in Columns)
        {
            if (column.Definition.Field == field)
            {
                return column;
            }
        }

        return null;
    }

    private string Insert(ImmutableArray<IndexColumn> columns)
    {
        string names = string.Concat(columns.Select(column => $", {column.Quoted}"));
        string values = string.Concat(columns.Select((_, i) => $", {Parameter(i)}"));
        return $"INSERT INTO {Quoted}(_scope, _key, _dot, _hlc, _author, _deleted, _conflict, _payload, _annotations, _crdt, "
            + $"_visible, _carried, _carrier, _carrier_hlc, _carrier_author, _carrier_notes{names}) "
            + $"VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16{values})";
    }

    private static string Assignments(ImmutableArray<IndexColumn> columns) =>
        "_dot = ?3, _hlc = ?4, _author = ?5, _deleted = ?6, _conflict = ?7, _payload = ?8, _annotations = ?9, _crdt = ?10, "
        + "_visible = ?11, _carried = ?12, _carrier = ?13, _carrier_hlc = ?14, _carrier_author = ?15, _carrier_notes = ?16" + string.Concat(columns.Select((column, i) => $", {column.Quoted} = {Parameter(i)}"));

    private static string Parameter(int column) =>
        string.Create(CultureInfo.InvariantCulture, $"?{FixedParameters + 1 + column}");
}
