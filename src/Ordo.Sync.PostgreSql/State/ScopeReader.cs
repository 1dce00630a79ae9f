using System.Buffers.Binary;
using System.Collections.Immutable;
using Npgsql;
using Ordo.Sync.Causality;
using Ordo.Sync.PostgreSql.Driver;
using Ordo.Sync.Records;

namespace Ordo.Sync.PostgreSql.State;

/// <summary>Reads scopes within a transaction.</summary>
internal static class ScopeReader
{
    private const string Columns = "id, stamp, may_hold_siblings, live_count, digest";

    private const int ColumnCount = 5;

    private const string Insert =
        "INSERT INTO scopes(name) SELECT $1 WHERE NOT EXISTS (SELECT FROM scopes WHERE name = $1) ON CONFLICT DO NOTHING";

    private const string SelectKnowledge =
        "SELECT replica, known, forgotten FROM knowledge WHERE scope = $1 AND (known > 0 OR forgotten > 0) ORDER BY replica";

    private const string SelectExceptions =
        "SELECT after_collection, after_key, up_to_collection, up_to_key, dots FROM exceptions WHERE scope = $1 ORDER BY ordinal";

    private const string SelectNames =
        """
        SELECT name FROM scopes s WHERE has_state OR EXISTS (SELECT FROM records r WHERE r.scope = s.id)
          OR EXISTS (SELECT FROM journal j WHERE j.scope = s.id) ORDER BY name
        """;

    /// <summary>What makes a scope's row where there is none: without it there is nothing to lock.</summary>
    public static NpgsqlBatchCommand InsertCommand(string scope) => Session.Command(Insert, scope);

    /// <summary>Asks for a scope's row, and holds it until the transaction ends where it is to be written.</summary>
    public static NpgsqlBatchCommand SelectCommand(string scope, bool locks) =>
        Session.Command($"SELECT {Columns} FROM scopes WHERE name = $1{(locks ? " FOR UPDATE" : string.Empty)}", scope);

    /// <summary>Whether a result is what <see cref="SelectCommand"/> asks for.</summary>
    public static bool IsRow(NpgsqlDataReader reader) => reader.FieldCount == ColumnCount && reader.GetName(1) == "stamp";

    /// <summary>Reads one scope.</summary>
    /// <param name="session">The transaction's session.</param>
    /// <param name="cache">What is known of scopes by stamp.</param>
    /// <param name="select">The statements, the last of which is <see cref="SelectCommand"/>'s.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    public static async ValueTask<ScopeEntry> ReadAsync(
        Session session, ScopeCache cache, NpgsqlBatchCommand[] select, CancellationToken cancellationToken)
    {
        ScopeRow row = await session.ReadAsync(
            select, (reader, token) => ReadRowAsync(session.Store, reader, cache, token), cancellationToken)
            .ConfigureAwait(false);
        return await CompleteAsync(session, row, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads what a scope's row does not tell, where memory does not know it.</summary>
    public static async ValueTask<ScopeEntry> CompleteAsync(
        Session session, ScopeRow found, CancellationToken cancellationToken)
    {
        if (found is not { Entry: { } row, IsWhole: false })
        {
            return found.Entry ?? ScopeEntry.Unknown;
        }

        ScopeState state = await session.ReadAsync(
            [Session.Command(SelectKnowledge, row.Id), Session.Command(SelectExceptions, row.Id)],
            (reader, token) => ReadVectorsAsync(session.Store, reader, row.State, token),
            cancellationToken).ConfigureAwait(false);
        return row with { State = state };
    }

    /// <summary>The names of the scopes that hold anything.</summary>
    public static async ValueTask<IReadOnlyList<string>> ListAsync(Session session, CancellationToken cancellationToken) =>
        await session.ReadAsync([new NpgsqlBatchCommand(SelectNames)], ReadNamesAsync, cancellationToken).ConfigureAwait(false);

    /// <summary>Reads the first column of all rows.</summary>
    private static async Task<List<string>> ReadNamesAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            names.Add(reader.GetString(0));
        }

        return names;
    }

    /// <summary>Reads the row that <see cref="SelectCommand"/> asks for.</summary>
    public static async Task<ScopeRow> ReadRowAsync(
        string store, NpgsqlDataReader reader, ScopeCache cache, CancellationToken cancellationToken)
    {
        if (!await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            return default;
        }

        long id = reader.GetInt64(0);
        long stamp = reader.GetInt64(1);
        if (cache.Find(id, stamp) is { } cached)
        {
            return new ScopeRow(cached, IsWhole: true);
        }

        byte[] digest = reader.Bytes(4);
        if (digest.Length is not (0 or 16))
        {
            throw Failures.Corrupt(store, "the digest of a scope is none");
        }

        var state = new ScopeState
        {
            LiveCount = reader.GetInt64(3),
            Digest = digest.Length == 0 ? UInt128.Zero : BinaryPrimitives.ReadUInt128BigEndian(digest),
        };
        return new ScopeRow(new ScopeEntry(id, stamp, state, reader.GetBoolean(2)), IsWhole: stamp == 0);
    }

    private static async Task<ScopeState> ReadVectorsAsync(
        string store, NpgsqlDataReader reader, ScopeState state, CancellationToken cancellationToken)
    {
        var known = new List<Dot>();
        var forgotten = new List<Dot>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            Add(store, known, reader.GetInt32(0), reader.GetInt64(1));
            Add(store, forgotten, reader.GetInt32(0), reader.GetInt64(2));
        }

        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        ImmutableArray<KnowledgeException>.Builder exceptions = ImmutableArray.CreateBuilder<KnowledgeException>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            VersionVector knowledge = VersionVector.Of([.. reader.GetFieldValue<long[]>(4).Select(Dot.FromValue)]);
            exceptions.Add(new KnowledgeException(new KeyRange(Key(reader, 0), Key(reader, 2)), knowledge));
        }

        return state with
        {
            Knowledge = VersionVector.Of([.. known]),
            Forgotten = VersionVector.Of([.. forgotten]),
            Exceptions = exceptions.ToImmutable(),
        };
    }

    private static void Add(string store, List<Dot> dots, int replica, long counter)
    {
        if (replica is < 0 or > Dot.ReplicaIndexMax || counter is < 0 or > Dot.CounterMax)
        {
            throw Failures.Corrupt(store, $"a scope knows {counter} versions of the replica {replica}");
        }

        if (counter > 0)
        {
            dots.Add(new Dot(replica, counter));
        }
    }

    private static RecordKey? Key(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : new RecordKey(reader.GetString(column), reader.GetString(column + 1));
}
