namespace Ordo.Sync.PostgreSql.Schema;

/// <summary>Version 1 of the tables. Later versions change what it makes; it stays as it is.</summary>
/// <remarks>
/// Every table that grows begins with the scope's number, which is what a distributed PostgreSQL spreads them by. Keys are text
/// in the "C" collation, which is the order of their UTF-8 bytes; what may hold NUL is bytes. Timestamps have their first bit
/// flipped (<see cref="Driver.SqlTime"/>).
/// </remarks>
internal static class Version1
{
    public const string Sql =
        """
        CREATE TABLE store(
          id int PRIMARY KEY DEFAULT 1 CHECK (id = 1), schema_version int NOT NULL, incarnation int NOT NULL DEFAULT 0,
          counter bigint NOT NULL DEFAULT 0, journal_sequence bigint NOT NULL DEFAULT 0, catalog bigint NOT NULL DEFAULT 0)
          WITH (fillfactor = 10);
        INSERT INTO store(schema_version) VALUES (0);

        CREATE TABLE replicas(
          id int PRIMARY KEY, replica bytea NOT NULL UNIQUE, is_own boolean NOT NULL DEFAULT false);

        CREATE TABLE clock(slot int PRIMARY KEY, hlc bigint NOT NULL) WITH (fillfactor = 10);
        INSERT INTO clock(slot, hlc) SELECT slot, -9223372036854775808 FROM generate_series(0, 15) slot;

        CREATE TABLE indexes(
          collection text COLLATE "C" NOT NULL, field text COLLATE "C" NOT NULL, type int NOT NULL,
          PRIMARY KEY (collection, field));

        CREATE TABLE scopes(
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text COLLATE "C" NOT NULL UNIQUE,
          stamp bigint NOT NULL DEFAULT 0, commits bigint NOT NULL DEFAULT 0, has_state boolean NOT NULL DEFAULT false,
          may_hold_siblings boolean NOT NULL DEFAULT false, live_count bigint NOT NULL DEFAULT 0, digest bytea NOT NULL DEFAULT '')
          WITH (fillfactor = 50);

        CREATE TABLE knowledge(
          scope bigint NOT NULL, replica int NOT NULL, known bigint NOT NULL, forgotten bigint NOT NULL,
          PRIMARY KEY (scope, replica)) WITH (fillfactor = 70);

        CREATE TABLE exceptions(
          scope bigint NOT NULL, ordinal int NOT NULL, after_collection text, after_key text, up_to_collection text,
          up_to_key text, dots bigint[] NOT NULL, PRIMARY KEY (scope, ordinal));

        CREATE TABLE records(
          scope bigint NOT NULL, collection text COLLATE "C" NOT NULL, key text COLLATE "C" NOT NULL, dot bigint NOT NULL,
          hlc bigint NOT NULL, author bytea NOT NULL, is_deleted boolean NOT NULL, siblings int NOT NULL, size int NOT NULL,
          payload bytea NOT NULL, annotations bytea NOT NULL, crdt bytea NOT NULL, visible bytea,
          PRIMARY KEY (scope, collection, key));
        CREATE INDEX records_dot ON records(scope, dot);

        CREATE TABLE siblings(
          scope bigint NOT NULL, collection text COLLATE "C" NOT NULL, key text COLLATE "C" NOT NULL, ordinal int NOT NULL,
          dot bigint NOT NULL, hlc bigint NOT NULL, author bytea NOT NULL, payload bytea NOT NULL, annotations bytea NOT NULL,
          PRIMARY KEY (scope, collection, key, ordinal));
        CREATE INDEX siblings_dot ON siblings(scope, dot);

        CREATE TABLE entries(
          scope bigint NOT NULL, collection text COLLATE "C" NOT NULL, field text COLLATE "C" NOT NULL,
          key text COLLATE "C" NOT NULL, value bytea, PRIMARY KEY (scope, collection, field, key));
        CREATE INDEX entries_value ON entries(scope, collection, field, substr(value, 1, 256) NULLS FIRST, key);

        CREATE TABLE journal(
          scope bigint NOT NULL, sequence bigint NOT NULL, collection text COLLATE "C" NOT NULL, key text COLLATE "C" NOT NULL,
          dot bigint NOT NULL, hlc bigint NOT NULL, kind int NOT NULL, content bytea NOT NULL, PRIMARY KEY (scope, sequence));
        CREATE INDEX journal_dot ON journal(scope, dot);
        CREATE INDEX journal_sequence ON journal(sequence);

        CREATE TABLE locals(
          area text COLLATE "C" NOT NULL, key text COLLATE "C" NOT NULL, value bytea NOT NULL, PRIMARY KEY (area, key));

        -- Pages of a transfer wait here for a moment: to compress them costs more than their room.
        ALTER TABLE locals ALTER COLUMN value SET STORAGE EXTERNAL;

        CREATE VIEW record_status AS
          SELECT s.name AS scope, r.collection, r.key, to_timestamp(((r.hlc # (-9223372036854775808)::bigint) >> 16) / 1000.0) AS time,
            CASE WHEN r.is_deleted THEN 'deleted' WHEN r.siblings > 0 THEN 'conflict' ELSE 'live' END AS state,
            CASE WHEN position('\x00'::bytea IN r.author) = 0 THEN convert_from(r.author, 'UTF8') END AS author, r.size, r.payload
          FROM records r JOIN scopes s ON s.id = r.scope;
        """;
}
