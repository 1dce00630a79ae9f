using Ordo.Sync.Causality;
using Ordo.Sync.Sqlite.Driver;
using Ordo.Sync.Sqlite.State;

namespace Ordo.Sync.Sqlite.Schema;

/// <summary>Version 1: an empty store with its replica id.</summary>
/// <remarks>
/// <c>ordo_state</c> holds all that nearly every commit changes (the journal's end, the counters, a scope's digest and
/// knowledge) in one tree, so that a commit writes one page for it instead of one a table; views give its rows their
/// names. See
/// <see cref="StateSlot"/> and docs/internals/sqlite-store.md.
/// </remarks>
internal sealed class CreateStore : Migration
{
    private const string Tables =
        """
        CREATE TABLE ordo_meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID;
        CREATE TABLE ordo_replica(id INTEGER PRIMARY KEY, replica BLOB NOT NULL UNIQUE);
        CREATE TABLE ordo_incarnation(replica INTEGER PRIMARY KEY, counter INTEGER NOT NULL);
        CREATE TABLE ordo_author(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        CREATE TABLE ordo_scope(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        CREATE TABLE ordo_collection(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, table_name TEXT NOT NULL UNIQUE);
        CREATE TABLE ordo_index(
          collection INTEGER NOT NULL, field TEXT NOT NULL, type INTEGER NOT NULL, column_name TEXT NOT NULL,
          PRIMARY KEY(collection, field)) WITHOUT ROWID;
        CREATE TABLE ordo_state(
          scope INTEGER NOT NULL, slot INTEGER NOT NULL, a, b, c, d, e, f, PRIMARY KEY(scope, slot)) WITHOUT ROWID;
        CREATE TABLE ordo_sibling(
          id INTEGER PRIMARY KEY, scope INTEGER NOT NULL, collection INTEGER NOT NULL, key TEXT NOT NULL,
          ordinal INTEGER NOT NULL, dot INTEGER NOT NULL, hlc INTEGER NOT NULL, author INTEGER NOT NULL,
          payload BLOB, annotations BLOB);
        CREATE UNIQUE INDEX ordo_sibling_key ON ordo_sibling(scope, collection, key, ordinal);
        CREATE INDEX ordo_sibling_dot ON ordo_sibling(scope, dot);
        CREATE TABLE ordo_local(
          area TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY(area, key)) WITHOUT ROWID;
        """;

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

    private static readonly SqlText InsertReplica = new("INSERT INTO ordo_replica(id, replica) VALUES(0, ?1)");

    private static readonly SqlText InsertCreated = new("INSERT INTO ordo_meta(key, value) VALUES('created', ?1)");

    /// <inheritdoc/>
    public override int Version => 1;

    /// <inheritdoc/>
    public override void Apply(Connection connection, MigrationContext context)
    {
        connection.Execute(Tables);
        connection.Execute(Views);
        connection.Prepare(InsertReplica).BindBlob(1, ReplicaId.Create(context.Entropy).ToByteArray()).Run();
        connection.Prepare(InsertCreated).Bind(1, context.Time.GetUtcNow().ToUnixTimeMilliseconds()).Run();
        connection.Execute(
            $"""
            INSERT INTO ordo_state VALUES
              ({StateSlot.Store}, {StateSlot.Counters}, 0, 0, 0, 1, 0, 0),
              ({StateSlot.Store}, {StateSlot.Incarnation}, 0, NULL, NULL, NULL, NULL, NULL)
            """);
    }
}
