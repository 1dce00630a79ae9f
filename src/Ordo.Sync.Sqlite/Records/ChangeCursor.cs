using Ordo.Sync.Records;
using Ordo.Sync.Sqlite.Driver;
using Ordo.Sync.Sqlite.Schema;

namespace Ordo.Sync.Sqlite.Records;

/// <summary>
/// A walk over the dots of a scope in one table, in packed order, through its index on (scope, dot). It stays where it
/// is while the ranges asked for lie behind it, so tables without changes are asked once.
/// </summary>
internal sealed class ChangeCursor : IDisposable
{
    private static readonly SqlText SiblingChanges =
        new("SELECT dot, collection, key FROM ordo_sibling WHERE scope = ?1 AND dot > ?2 ORDER BY dot");

    private readonly Connection _connection;
    private readonly CollectionTable? _table;
    private readonly bool _ofCarriers;
    private readonly long _scope;
    private Statement? _row;

    /// <param name="connection">The connection to read from.</param>
    /// <param name="scope">The scope's number.</param>
    /// <param name="table">The collection's table; <see langword="null"/> for the table of further siblings.</param>
    /// <param name="ofCarriers">Whether it walks the carriers that stand apart from their content.</param>
    public ChangeCursor(Connection connection, long scope, CollectionTable? table, bool ofCarriers = false)
    {
        _connection = connection;
        _scope = scope;
        _table = table;
        _ofCarriers = ofCarriers;
    }

    /// <summary>The dot it stands at, packed; <see cref="long.MaxValue"/> behind the last.</summary>
    public long Dot { get; private set; } = -1;

    /// <summary>The statements over dots that a cursor may run, for the test of their plans.</summary>
    public static string SqlOf(CollectionTable? table) => table is null ? SiblingChanges.Sql : table.Changes.Sql;

    /// <summary>Moves to the first dot greater than one; not back.</summary>
    public void Seek(long after)
    {
        if (Dot > after)
        {
            return;
        }

        _row?.Dispose();
        SqlText changes = _table is null ? SiblingChanges : _ofCarriers ? _table.CarrierChanges : _table.Changes;
        _row = _connection.Prepare(changes).Bind(1, _scope).Bind(2, after);
        Advance();
    }

    /// <summary>Moves to the next dot.</summary>
    public void Advance() =>
        Dot = !_row!.Step() ? long.MaxValue : _row.GetDot(_table is null ? 0 : _ofCarriers ? 9 : 1).Value;

    /// <summary>The whole record that has the version at this place.</summary>
    public StoredRecord Read(IAuthorSource view, Catalog catalog)
    {
        if (_table is not null)
        {
            return RecordRow.Read(view, _connection, _scope, _table, _row!);
        }

        string key = _row!.GetText(2);
        CollectionTable table = catalog.Find(_row.GetIndex(1))
            ?? throw Failures.Corrupt(_connection.Name, "a sibling belongs to a collection that is missing");
        using Statement main = _connection.Prepare(table.Get).Bind(1, _scope).Bind(2, key);
        return main.Step()
            ? RecordRow.Read(view, _connection, _scope, table, main, key)
            : throw Failures.Corrupt(_connection.Name, $"a sibling of {table.Name}/{key} stands without its record");
    }

    /// <inheritdoc/>
    public void Dispose() => _row?.Dispose();
}
