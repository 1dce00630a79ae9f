using System.Globalization;
using Ordo.Sync.Sqlite.Driver;

namespace Ordo.Sync.Sqlite.Schema;

/// <summary>Version 3: the carrier of a record's conflict-free changes stands in the record's own row.</summary>
/// <remarks>
/// Before, it was a further sibling: a row of its own with two indexes, about as much as the record itself. Rows there are not
/// rewritten: a carrier among the siblings is read as before, and moves when its record is written next.
/// </remarks>
internal sealed class CarrierColumns : Migration
{
    /// <summary>The columns, as a new table has them behind its others.</summary>
    public static readonly string[] Definitions =
        ["_carried INTEGER", "_carrier INTEGER", "_carrier_hlc INTEGER", "_carrier_author INTEGER", "_carrier_notes BLOB"];

    /// <inheritdoc/>
    public override int Version => 3;

    /// <summary>The index by which changes are found whose carrier stands apart from its content; most have no entry in it.</summary>
    public static string IndexOf(CollectionTable table) => string.Create(
        CultureInfo.InvariantCulture,
        $"CREATE INDEX ordo_carrier_{table.Id} ON {table.Quoted}(_scope, _carrier) WHERE _carrier IS NOT NULL");

    /// <inheritdoc/>
    public override void Apply(Connection connection, MigrationContext context)
    {
        foreach (CollectionTable table in CatalogReader.Read(connection).Tables)
        {
            // An app may have an index over a field that is called as one of the columns.
            foreach (IndexColumn column in table.Columns.Where(IsTaken))
            {
                CollectionDefiner.Rename(connection, table, column);
            }

            foreach (string column in Definitions)
            {
                connection.Execute($"ALTER TABLE {table.Quoted} ADD COLUMN {column}");
            }

            connection.Execute(IndexOf(table));
        }
    }

    private static bool IsTaken(IndexColumn column) => Definitions.Any(
        definition => definition.StartsWith($"{column.Column} ", StringComparison.OrdinalIgnoreCase));
}
