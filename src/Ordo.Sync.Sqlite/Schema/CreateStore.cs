using Ordo.Sync.Causality;
using Ordo.Sync.Sqlite.Driver;

namespace Ordo.Sync.Sqlite.Schema;

/// <summary>Version 1: an empty store with its replica id, as the first version of this library made it.</summary>
/// <remarks>Later versions change what it makes; it stays as it is, for what it made is out there.</remarks>
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
        CREATE TABLE ordo_journal(
          scope INTEGER NOT NULL, sequence INTEGER NOT NULL, dot INTEGER NOT NULL, collection INTEGER NOT NULL,
          key TEXT NOT NULL, hlc INTEGER NOT NULL, kind INTEGER NOT NULL, content BLOB,
          PRIMARY KEY(scope, sequence)) WITHOUT ROWID;
        CREATE TABLE ordo_sibling(
          id INTEGER PRIMARY KEY, scope INTEGER NOT NULL, collection INTEGER NOT NULL, key TEXT NOT NULL,
          ordinal INTEGER NOT NULL, dot INTEGER NOT NULL, hlc INTEGER NOT NULL, author INTEGER NOT NULL,
          payload BLOB, annotations BLOB);
        CREATE UNIQUE INDEX ordo_sibling_key ON ordo_sibling(scope, collection, key, ordinal);
        CREATE INDEX ordo_sibling_dot ON ordo_sibling(scope, dot);
        CREATE TABLE ordo_local(
          area TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY(area, key)) WITHOUT ROWID;
        """;

    private const string Views =
        """
        CREATE VIEW ordo_knowledge AS
          SELECT s.name AS scope, lower(hex(r.replica)) AS replica, t.slot AS replica_index,
            t.a AS known, t.b AS forgotten
          FROM ordo_state t JOIN ordo_scope s ON s.id = t.scope JOIN ordo_replica r ON r.id = t.slot WHERE t.slot >= 0;
        CREATE VIEW ordo_scope_status AS
          SELECT s.name AS scope, t.a AS live_count, lower(hex(t.b)) AS digest,
            t.c AS journal_count, t.d AS journal_bytes
          FROM ordo_state t JOIN ordo_scope s ON s.id = t.scope WHERE t.slot = -1;
        CREATE VIEW ordo_store_status AS
          SELECT lower(hex(r.replica)) AS replica, t.a AS counter, t.b AS hlc, t.c AS journal_sequence,
            t.d AS commit_number, t.e AS journal_count, t.f AS journal_bytes
          FROM ordo_state t JOIN ordo_state i ON i.scope = 0 AND i.slot = 1 JOIN ordo_replica r ON r.id = i.a
          WHERE t.scope = 0 AND t.slot = 0;
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
        connection.Execute("INSERT INTO ordo_state VALUES(0, 0, 0, 0, 0, 1, 0, 0), (0, 1, 0, NULL, NULL, NULL, NULL, NULL)");
    }
}
