using System.Globalization;
using Ordo.Sync.Sqlite.Driver;
using Ordo.Sync.Sqlite.State;

namespace Ordo.Sync.Sqlite.Schema;

/// <summary>Version 2: what nearly every commit changes stands side by side.</summary>
/// <remarks>
/// The journal moves into <c>ordo_state</c>, whose rows take the numbers of <see cref="StateSlot"/>: so a commit writes one
/// page for the journal's end, a scope's state and the store's counters. Views keep the names.
/// </remarks>
internal sealed class GatherState : Migration
{
    private static readonly string Move = string.Create(
        CultureInfo.InvariantCulture,
        $"""
        DROP VIEW ordo_knowledge;
        DROP VIEW ordo_scope_status;
        DROP VIEW ordo_store_status;
        ALTER TABLE ordo_state RENAME TO ordo_state_1;
        CREATE TABLE ordo_state(
          scope INTEGER NOT NULL, slot INTEGER NOT NULL, a, b, c, d, e, f, PRIMARY KEY(scope, slot)) WITHOUT ROWID;
        INSERT INTO ordo_state(scope, slot, a, b, c, d, e, f)
          SELECT scope, sequence, dot, hlc, kind, collection, key, content FROM ordo_journal;
        INSERT INTO ordo_state(scope, slot, a, b, c, d, e, f)
          SELECT CASE scope WHEN 0 THEN {StateSlot.Store} ELSE scope END,
            CASE
              WHEN scope = 0 AND slot = 0 THEN {StateSlot.Counters}
              WHEN scope = 0 AND slot = 1 THEN {StateSlot.Incarnation}
              WHEN slot = -1 THEN {StateSlot.Header}
              WHEN slot = -2 THEN {StateSlot.Exceptions}
              ELSE {StateSlot.Replicas} + slot END,
            a, b, c, d, e, f FROM ordo_state_1;
        DROP TABLE ordo_state_1;
        DROP TABLE ordo_journal;
        """);

    private static readonly string Views =
        $"""
        CREATE VIEW ordo_journal AS
          SELECT t.slot AS sequence, s.name AS scope, c.name AS collection, t.e AS key, lower(hex(r.replica)) AS replica,
            t.a & 0xfffffffffff AS counter, strftime('%Y-%m-%dT%H:%M:%fZ', (t.b >> 16) / 1000.0, 'unixepoch') AS time,
            CASE t.c WHEN 1 THEN 'put' WHEN 2 THEN 'delete' WHEN 3 THEN 'resolve' ELSE 'restamp' END AS kind, t.f AS content
          FROM ordo_state t JOIN ordo_scope s ON s.id = t.scope JOIN ordo_collection c ON c.id = t.d
            JOIN ordo_replica r ON r.id = t.a >> 44
          WHERE t.slot < {StateSlot.JournalEnd};
        CREATE VIEW ordo_knowledge AS
          SELECT s.name AS scope, lower(hex(r.replica)) AS replica, r.id AS replica_index,
            t.a AS known, t.b AS forgotten
          FROM ordo_state t JOIN ordo_scope s ON s.id = t.scope JOIN ordo_replica r ON r.id = t.slot - {StateSlot.Replicas}
          WHERE t.slot >= {StateSlot.Replicas};
        CREATE VIEW ordo_scope_status AS
          SELECT s.name AS scope, t.a AS live_count, lower(hex(t.b)) AS digest,
            t.c AS journal_count, t.d AS journal_bytes
          FROM ordo_state t JOIN ordo_scope s ON s.id = t.scope WHERE t.slot = {StateSlot.Header};
        CREATE VIEW ordo_store_status AS
          SELECT lower(hex(r.replica)) AS replica, t.a AS counter, t.b AS hlc, t.c AS journal_sequence,
            t.d AS commit_number, t.e AS journal_count, t.f AS journal_bytes
          FROM ordo_state t JOIN ordo_state i ON i.scope = t.scope AND i.slot = {StateSlot.Incarnation}
            JOIN ordo_replica r ON r.id = i.a
          WHERE t.scope = {StateSlot.Store} AND t.slot = {StateSlot.Counters};
        """;

    /// <inheritdoc/>
    public override int Version => 2;

    /// <inheritdoc/>
    public override void Apply(Connection connection, MigrationContext context)
    {
        connection.Execute(Move);
        connection.Execute(Views);

        // Views hold nothing: those of collections are made anew as this library has them.
        foreach (CollectionTable table in CatalogReader.Read(connection).Tables)
        {
            CollectionDefiner.ReplaceView(connection, table);
        }
    }
}
