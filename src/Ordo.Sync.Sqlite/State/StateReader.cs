using System.Buffers.Binary;
using Ordo.Sync.Causality;
using Ordo.Sync.Sqlite.Driver;
using Ordo.Sync.Sqlite.Journal;
using Ordo.Sync.Sqlite.Schema;

namespace Ordo.Sync.Sqlite.State;

/// <summary>Reads the store's state as a connection sees it.</summary>
internal static class StateReader
{
    private static readonly SqlText SelectCommit =
        new($"SELECT d FROM ordo_state WHERE scope = {StateSlot.Store} AND slot = {StateSlot.Counters}");

    private static readonly SqlText SelectCounters =
        new($"SELECT a, b, c, d, e, f FROM ordo_state WHERE scope = {StateSlot.Store} AND slot = {StateSlot.Counters}");

    private static readonly SqlText SelectIncarnation =
        new($"SELECT a FROM ordo_state WHERE scope = {StateSlot.Store} AND slot = {StateSlot.Incarnation}");

    private static readonly SqlText SelectReplicas = new("SELECT id, replica FROM ordo_replica ORDER BY id");

    private static readonly SqlText SelectScope = new(
        $"SELECT slot, a, b, c, d, e FROM ordo_state WHERE scope = ?1 AND slot >= {StateSlot.JournalEnd} ORDER BY slot");

    /// <summary>The number of the commit that the connection sees; begins its read.</summary>
    public static long ReadCommitNumber(Connection connection)
    {
        using Statement row = connection.Prepare(SelectCommit);
        return row.Step() ? row.GetInt64(0) : throw Failures.Corrupt(connection.Name, "its counters are missing");
    }

    /// <summary>Reads everything but scopes.</summary>
    public static StoreState Read(Connection connection)
    {
        ReplicaTable replicas = ReadReplicas(connection);
        int self;
        using (Statement row = connection.Prepare(SelectIncarnation))
        {
            self = row.Step() ? row.GetIndex(0) : int.MaxValue;
        }

        if (self >= replicas.Count)
        {
            throw Failures.Corrupt(connection.Name, "it does not say which replica it is");
        }

        Catalog catalog = CatalogReader.Read(connection);
        using Statement counters = connection.Prepare(SelectCounters);
        return !counters.Step()
            ? throw Failures.Corrupt(connection.Name, "its counters are missing")
            : new StoreState
            {
                Replicas = replicas,
                SelfIndex = self,
                Counter = counters.GetInt64(0),
                Clock = counters.GetTimestamp(1),
                JournalSequence = counters.GetInt64(2),
                CommitNumber = counters.GetInt64(3),
                JournalCount = counters.GetInt64(4),
                JournalBytes = counters.GetInt64(5),
                Catalog = catalog,
            };
    }

    /// <summary>Reads one scope.</summary>
    public static ScopeEntry ReadScope(Connection connection, long scope)
    {
        ScopeEntry entry = ScopeEntry.Empty;
        var known = new List<Dot>();
        var forgotten = new List<Dot>();
        using Statement row = connection.Prepare(SelectScope).Bind(1, scope);
        while (row.Step())
        {
            switch (row.GetInt64(0))
            {
                case StateSlot.Exceptions:
                    entry = entry with
                    {
                        State = entry.State with { Exceptions = ExceptionCodec.Decode(connection.Name, row.GetBlob(2)) },
                    };
                    break;
                case StateSlot.Header:
                    entry = ReadHeader(connection, entry, row);
                    break;
                default:
                    ReadCounters(connection, row, known, forgotten);
                    break;
            }
        }

        return known.Count == 0 && forgotten.Count == 0
            ? entry
            : entry with
            {
                State = entry.State with
                {
                    Knowledge = VersionVector.Of([.. known]),
                    Forgotten = VersionVector.Of([.. forgotten]),
                },
            };
    }

    private static ScopeEntry ReadHeader(Connection connection, ScopeEntry entry, Statement row)
    {
        ReadOnlySpan<byte> digest = row.GetSpan(2);
        if (digest.Length != 16)
        {
            throw Failures.Corrupt(connection.Name, $"a scope's digest has {digest.Length} bytes");
        }

        return new ScopeEntry(
            entry.State with { LiveCount = row.GetInt64(1), Digest = BinaryPrimitives.ReadUInt128BigEndian(digest) },
            new JournalTally(row.GetInt64(3), row.GetInt64(4), row.GetInt64(5) != 0));
    }

    private static void ReadCounters(Connection connection, Statement row, List<Dot> known, List<Dot> forgotten)
    {
        long index = row.GetInt64(0) - StateSlot.Replicas;
        long claimed = row.GetInt64(1);
        long collected = row.GetInt64(2);
        if (index is < 0 or > Dot.ReplicaIndexMax
            || claimed is < 0 or > Dot.CounterMax
            || collected is < 0 or > Dot.CounterMax)
        {
            throw Failures.Corrupt(connection.Name, "a scope's knowledge holds a counter outside its range");
        }

        if (claimed > 0)
        {
            known.Add(new Dot((int)index, claimed));
        }

        if (collected > 0)
        {
            forgotten.Add(new Dot((int)index, collected));
        }
    }

    private static ReplicaTable ReadReplicas(Connection connection)
    {
        ReplicaTable replicas = ReplicaTable.Empty;
        using Statement row = connection.Prepare(SelectReplicas);
        while (row.Step())
        {
            ReadOnlySpan<byte> bytes = row.GetSpan(1);
            if (bytes.Length != ReplicaId.SizeBytes)
            {
                throw Failures.Corrupt(connection.Name, $"a replica id has {bytes.Length} bytes");
            }

            ReplicaId id = ReplicaId.Read(bytes);
            long expected = replicas.Count;
            replicas = replicas.With(id, out int index);
            if (index != expected || row.GetInt64(0) != expected)
            {
                throw Failures.Corrupt(connection.Name, "its table of replicas has a gap or holds one twice");
            }
        }

        return replicas;
    }
}
