using System.Buffers.Binary;
using Npgsql;
using NpgsqlTypes;
using Ordo.Sync.Causality;
using Ordo.Sync.PostgreSql.Driver;
using Ordo.Sync.Records;

namespace Ordo.Sync.PostgreSql.State;

/// <summary>Writes scopes: only what differs, so the cost of a commit follows what it learnt.</summary>
internal static class ScopeWriter
{
    private const string UpdateScope =
        """
        UPDATE scopes SET stamp = $2, commits = commits + 1, has_state = $3, may_hold_siblings = $4, live_count = $5, digest = $6
          WHERE id = $1
        """;

    private const string PutKnowledge =
        """
        INSERT INTO knowledge(scope, replica, known, forgotten)
          SELECT $1, * FROM unnest($2::int[], $3::bigint[], $4::bigint[])
          ON CONFLICT (scope, replica) DO UPDATE SET known = excluded.known, forgotten = excluded.forgotten
        """;

    private const string PutExceptions =
        """
        INSERT INTO exceptions(scope, ordinal, after_collection, after_key, up_to_collection, up_to_key, dots)
          VALUES ($1, $2, $3, $4, $5, $6, $7)
        """;

    private static readonly string[] Tables = ["records", "siblings", "entries", "knowledge", "exceptions", "journal"];

    /// <summary>The statements that bring the database from what it holds of a scope to what it is to hold.</summary>
    public static IEnumerable<NpgsqlBatchCommand> Write(ScopeEntry before, ScopeEntry after)
    {
        yield return Session.Command(
            UpdateScope,
            after.Id,
            after.Stamp,
            after.HasState,
            after.MayHoldSiblings,
            after.State.LiveCount,
            Digest(after.State.Digest));
        int[] changed = [.. Changed(before.State.Knowledge, after.State.Knowledge)
            .Union(Changed(before.State.Forgotten, after.State.Forgotten)).Order()];
        if (changed.Length > 0)
        {
            yield return Session.Command(
                PutKnowledge,
                after.Id,
                changed,
                changed.Select(replica => after.State.Knowledge[replica]).ToArray(),
                changed.Select(replica => after.State.Forgotten[replica]).ToArray());
        }

        if (!before.State.Exceptions.SequenceEqual(after.State.Exceptions))
        {
            yield return Session.Command("DELETE FROM exceptions WHERE scope = $1", after.Id);
            for (int i = 0; i < after.State.Exceptions.Length; i++)
            {
                yield return PutException(after.Id, i, after.State.Exceptions[i]);
            }
        }
    }

    /// <summary>The statements that remove all of a scope but its number.</summary>
    public static IEnumerable<NpgsqlBatchCommand> Drop(long scope) =>
        Tables.Select(table => Session.Command($"DELETE FROM {table} WHERE scope = $1", scope));

    private static byte[] Digest(UInt128 digest)
    {
        if (digest == UInt128.Zero)
        {
            return [];
        }

        byte[] bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, digest);
        return bytes;
    }

    private static NpgsqlBatchCommand PutException(long scope, int ordinal, KnowledgeException exception)
    {
        long[] dots = [.. exception.Knowledge.Entries.ToArray().Select(dot => dot.Value)];
        return Session.Command(
            PutExceptions,
            scope,
            ordinal,
            TextOrNull(exception.Range.After?.Collection),
            TextOrNull(exception.Range.After?.Key),
            TextOrNull(exception.Range.UpTo?.Collection),
            TextOrNull(exception.Range.UpTo?.Key),
            dots);
    }

    private static NpgsqlParameter TextOrNull(string? text) =>
        new() { Value = text ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    // Two sorted lists side by side: every replica whose counter differs.
    private static List<int> Changed(VersionVector before, VersionVector after)
    {
        var changed = new List<int>();
        if (ReferenceEquals(before, after))
        {
            return changed;
        }

        ReadOnlySpan<Dot> left = before.Entries;
        ReadOnlySpan<Dot> right = after.Entries;
        int i = 0;
        int j = 0;
        while (i < left.Length || j < right.Length)
        {
            int leftIndex = i < left.Length ? left[i].ReplicaIndex : int.MaxValue;
            int rightIndex = j < right.Length ? right[j].ReplicaIndex : int.MaxValue;
            if (leftIndex != rightIndex || left[i] != right[j])
            {
                changed.Add(Math.Min(leftIndex, rightIndex));
            }

            i += leftIndex <= rightIndex ? 1 : 0;
            j += rightIndex <= leftIndex ? 1 : 0;
        }

        return changed;
    }
}
