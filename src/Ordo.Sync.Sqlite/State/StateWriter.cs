using System.Buffers.Binary;
using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Sqlite.Driver;

namespace Ordo.Sync.Sqlite.State;

/// <summary>Writes what a transaction changed of the store's state: only the rows that differ.</summary>
internal static class StateWriter
{
    private static readonly SqlText UpdateCounters = new(
        "UPDATE ordo_state SET a = ?1, b = ?2, c = ?3, d = ?4, e = ?5, f = ?6 "
        + $"WHERE scope = {StateSlot.Store} AND slot = {StateSlot.Counters}");

    private static readonly SqlText PutRow = new(
        """
        INSERT INTO ordo_state(scope, slot, a, b, c, d, e) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)
          ON CONFLICT(scope, slot) DO UPDATE SET a = ?3, b = ?4, c = ?5, d = ?6, e = ?7
        """);

    // What is known to be there is cheaper to update: an upsert looks for its row twice.
    private static readonly SqlText UpdateHeader = new(
        $"UPDATE ordo_state SET a = ?2, b = ?3, c = ?4, d = ?5, e = ?6 WHERE scope = ?1 AND slot = {StateSlot.Header}");

    private static readonly SqlText UpdateKnown = new("UPDATE ordo_state SET a = ?3 WHERE scope = ?1 AND slot = ?2");

    private static readonly SqlText DeleteRow = new("DELETE FROM ordo_state WHERE scope = ?1 AND slot = ?2");

    private static readonly SqlText DeleteScope = new("DELETE FROM ordo_state WHERE scope = ?1");

    public static void WriteCounters(Connection connection, StoreState state) => connection.Prepare(UpdateCounters)
        .Bind(1, state.Counter)
        .Bind(2, unchecked((long)state.Clock.Value))
        .Bind(3, state.JournalSequence)
        .Bind(4, state.CommitNumber)
        .Bind(5, state.JournalCount)
        .Bind(6, state.JournalBytes)
        .Run();

    public static void WriteIncarnation(Connection connection, int selfIndex) => connection.Prepare(PutRow)
        .Bind(1, StateSlot.Store).Bind(2, StateSlot.Incarnation).Bind(3, selfIndex)
        .BindNull(4).BindNull(5).BindNull(6).BindNull(7)
        .Run();

    /// <summary>Removes all rows of a scope, those of the journal too.</summary>
    public static void RemoveScope(Connection connection, long scope) =>
        connection.Prepare(DeleteScope).Bind(1, scope).Run();

    /// <summary>Writes what is new in a scope.</summary>
    public static void WriteScope(Connection connection, long scope, ScopeEntry before, ScopeEntry after)
    {
        WriteHeader(connection, scope, before, after);
        if (after.State.Exceptions != before.State.Exceptions)
        {
            WriteExceptions(connection, scope, after.State);
        }

        VersionVector known = after.State.Knowledge;
        VersionVector forgotten = after.State.Forgotten;
        bool forgets = !ReferenceEquals(forgotten, before.State.Forgotten);
        if (!ReferenceEquals(known, before.State.Knowledge) || forgets)
        {
            VersionVector? forgottenBefore = forgets ? before.State.Forgotten : null;
            foreach (int replica in Changed(before.State.Knowledge, known, forgottenBefore, forgotten))
            {
                if (!forgets && known[replica] > 0 && before.State.Knowledge[replica] > 0)
                {
                    connection.Prepare(UpdateKnown)
                        .Bind(1, scope).Bind(2, StateSlot.Replicas + replica).Bind(3, known[replica]).Run();
                }
                else
                {
                    WriteReplica(connection, scope, replica, known[replica], forgotten[replica]);
                }
            }
        }
    }

    private static void WriteHeader(Connection connection, long scope, ScopeEntry before, ScopeEntry after)
    {
        bool same = before.State.LiveCount == after.State.LiveCount && before.State.Digest == after.State.Digest
            && before.Journal.HasSameRow(after.Journal);
        if (same)
        {
            return;
        }

        if (!after.HasHeader)
        {
            connection.Prepare(DeleteRow).Bind(1, scope).Bind(2, StateSlot.Header).Run();
            return;
        }

        Span<byte> digest = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(digest, after.State.Digest);
        bool isThere = before.HasHeader;
        Statement put = connection.Prepare(isThere ? UpdateHeader : PutRow).Bind(1, scope);
        int parameter = 2;
        if (!isThere)
        {
            put.Bind(parameter++, StateSlot.Header);
        }

        put.Bind(parameter, after.State.LiveCount)
            .BindBlob(parameter + 1, digest)
            .Bind(parameter + 2, after.Journal.Count)
            .Bind(parameter + 3, after.Journal.Bytes)
            .Bind(parameter + 4, after.Journal.IsScrambled ? 1L : 0L)
            .Run();
    }

    private static void WriteExceptions(Connection connection, long scope, ScopeState state)
    {
        if (state.Exceptions.IsDefaultOrEmpty)
        {
            connection.Prepare(DeleteRow).Bind(1, scope).Bind(2, StateSlot.Exceptions).Run();
            return;
        }

        connection.Prepare(PutRow)
            .Bind(1, scope)
            .Bind(2, StateSlot.Exceptions)
            .BindNull(3)
            .BindBlob(4, ExceptionCodec.Encode(state.Exceptions))
            .BindNull(5)
            .BindNull(6)
            .BindNull(7)
            .Run();
    }

    private static void WriteReplica(Connection connection, long scope, int replica, long known, long forgotten)
    {
        if (known == 0 && forgotten == 0)
        {
            connection.Prepare(DeleteRow).Bind(1, scope).Bind(2, StateSlot.Replicas + replica).Run();
            return;
        }

        Statement put = connection.Prepare(PutRow)
            .Bind(1, scope).Bind(2, StateSlot.Replicas + replica).Bind(3, known).BindNull(5).BindNull(6).BindNull(7);
        _ = forgotten == 0 ? put.BindNull(4) : put.Bind(4, forgotten);
        put.Run();
    }

    private static IEnumerable<int> Changed(
        VersionVector knownBefore, VersionVector known, VersionVector? forgottenBefore, VersionVector forgotten)
    {
        var changed = new List<int>(1);
        Collect(knownBefore, known, changed);
        if (forgottenBefore is null)
        {
            return changed;
        }

        Collect(forgottenBefore, forgotten, changed);
        return changed.Distinct();
    }

    // Two sorted lists side by side: every replica whose counter differs.
    private static void Collect(VersionVector before, VersionVector after, List<int> changed)
    {
        ReadOnlySpan<Dot> left = before.Entries;
        ReadOnlySpan<Dot> right = after.Entries;
        int i = 0;
        int j = 0;
        while (i < left.Length || j < right.Length)
        {
            if (i < left.Length && j < right.Length && left[i] == right[j])
            {
                i++;
                j++;
                continue;
            }

            int leftIndex = i < left.Length ? left[i].ReplicaIndex : int.MaxValue;
            int rightIndex = j < right.Length ? right[j].ReplicaIndex : int.MaxValue;
            changed.Add(Math.Min(leftIndex, rightIndex));
            i += leftIndex <= rightIndex ? 1 : 0;
            j += rightIndex <= leftIndex ? 1 : 0;
        }
    }
}
