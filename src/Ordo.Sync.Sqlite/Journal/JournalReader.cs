using Ordo.Sync.Causality;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Sqlite.Driver;
using Ordo.Sync.Sqlite.Encryption;
using Ordo.Sync.Sqlite.State;

namespace Ordo.Sync.Sqlite.Journal;

/// <summary>Reads the journal's rows of <c>ordo_state</c>.</summary>
internal static class JournalReader
{
    // CROSS JOIN keeps SQLite at the journal's order; the names are look-ups by row id.
    private static readonly SqlText Select = new(
        "SELECT j.slot, s.name, c.name, j.e, j.a, j.b, j.c, j.f FROM ordo_state j "
        + "CROSS JOIN ordo_scope s ON s.id = j.scope CROSS JOIN ordo_collection c ON c.id = j.d "
        + "WHERE j.scope = ?1 AND j.slot > ?2 AND j.slot < ?3 ORDER BY j.slot LIMIT ?4");

    private static readonly SqlText FirstOfScopes = new(
        "SELECT s.id, j.slot, j.b FROM ordo_scope s CROSS JOIN ordo_state j ON j.scope = s.id "
        + "AND j.slot = (SELECT MIN(i.slot) FROM ordo_state i WHERE i.scope = s.id) "
        + $"WHERE j.slot < {StateSlot.JournalEnd}");

    private static readonly SqlText FirstOfScope = new(
        $"SELECT b FROM ordo_state WHERE scope = ?1 AND slot < {StateSlot.JournalEnd} ORDER BY slot LIMIT 1");

    /// <summary>The entries of all scopes behind a sequence number, in the order in which they were appended.</summary>
    public static IReadOnlyList<JournalEntry> Read(Connection connection, long after, int countMax)
    {
        var entries = new List<JournalEntry>();
        foreach ((long scope, _, _) in Scopes(connection))
        {
            // Entries behind the last that is wanted so far cannot be wanted.
            long before = entries.Count == countMax && countMax > 0 ? entries[^1].Sequence : StateSlot.JournalEnd;
            int count = entries.Count;
            Read(connection, scope, after, before, countMax, entries);
            if (count > 0 && entries.Count > count)
            {
                entries.Sort((left, right) => left.Sequence.CompareTo(right.Sequence));
                if (entries.Count > countMax)
                {
                    entries.RemoveRange(countMax, entries.Count - countMax);
                }
            }
        }

        return entries;
    }

    /// <summary>The timestamp of the first entry of all scopes.</summary>
    public static HybridTimestamp? Oldest(Connection connection)
    {
        long first = long.MaxValue;
        HybridTimestamp? oldest = null;
        foreach ((_, long sequence, HybridTimestamp timestamp) in Scopes(connection))
        {
            if (sequence < first)
            {
                first = sequence;
                oldest = timestamp;
            }
        }

        return oldest;
    }

    /// <summary>The timestamp of a scope's first entry.</summary>
    public static HybridTimestamp? Oldest(Connection connection, long scope)
    {
        using Statement row = connection.Prepare(FirstOfScope).Bind(1, scope);
        return row.Step() ? row.GetTimestamp(0) : null;
    }

    // A seek a scope; who journals has few.
    private static List<(long Scope, long First, HybridTimestamp Timestamp)> Scopes(Connection connection)
    {
        var scopes = new List<(long, long, HybridTimestamp)>();
        using Statement row = connection.Prepare(FirstOfScopes);
        while (row.Step())
        {
            scopes.Add((row.GetInt64(0), row.GetInt64(1), row.GetTimestamp(2)));
        }

        return scopes;
    }

    private static void Read(
        Connection connection, long scope, long after, long before, int countMax, List<JournalEntry> entries)
    {
        using Statement row = connection.Prepare(Select)
            .Bind(1, scope).Bind(2, after).Bind(3, before).Bind(4, countMax);
        while (row.Step())
        {
            int kind = row.GetIndex(6);
            if (!Enum.IsDefined((OperationKind)kind))
            {
                throw Failures.Corrupt(connection.Name, $"the journal holds an operation of the unknown kind {kind}");
            }

            var key = new RecordKey(row.GetText(2), row.GetText(3));
            long sequence = row.GetInt64(0);
            byte[] content = connection.Unseal(
                SealedPart.JournalContent, new SealedPlace(scope, sequence, key.Key), row.GetSpan(7));
            entries.Add(new JournalEntry(
                row.GetText(1), key, row.GetDot(4), row.GetTimestamp(5), (OperationKind)kind, content)
            {
                Sequence = sequence,
            });
        }
    }
}
