using Ordo.Sync.Causality;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Sqlite.Driver;

namespace Ordo.Sync.Sqlite.Journal;

/// <summary>Reads <c>ordo_journal</c>.</summary>
internal static class JournalReader
{
    // CROSS JOIN keeps SQLite at the journal's order; the names are look-ups by row id.
    private static readonly SqlText Select = new(
        "SELECT j.sequence, s.name, c.name, j.key, j.dot, j.hlc, j.kind, j.content FROM ordo_journal j "
        + "CROSS JOIN ordo_scope s ON s.id = j.scope CROSS JOIN ordo_collection c ON c.id = j.collection "
        + "WHERE j.scope = ?1 AND j.sequence > ?2 AND j.sequence < ?3 ORDER BY j.sequence LIMIT ?4");

    private static readonly SqlText NextScope =
        new("SELECT scope, sequence, hlc FROM ordo_journal WHERE scope > ?1 ORDER BY scope, sequence LIMIT 1");

    private static readonly SqlText FirstOfScope =
        new("SELECT hlc FROM ordo_journal WHERE scope = ?1 ORDER BY sequence LIMIT 1");

    /// <summary>The entries of all scopes behind a sequence number, in the order in which they were appended.</summary>
    public static IReadOnlyList<JournalEntry> Read(Connection connection, long after, int countMax)
    {
        var entries = new List<JournalEntry>();
        foreach ((long scope, _, _) in Scopes(connection))
        {
            // Entries behind the last that is wanted so far cannot be wanted.
            long before = entries.Count == countMax && countMax > 0 ? entries[^1].Sequence : long.MaxValue;
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

    // One seek a scope that has entries; a device has few.
    private static List<(long Scope, long First, HybridTimestamp Timestamp)> Scopes(Connection connection)
    {
        var scopes = new List<(long, long, HybridTimestamp)>();
        long scope = 0;
        while (true)
        {
            using Statement row = connection.Prepare(NextScope).Bind(1, scope);
            if (!row.Step())
            {
                return scopes;
            }

            scope = row.GetInt64(0);
            scopes.Add((scope, row.GetInt64(1), row.GetTimestamp(2)));
        }
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
            entries.Add(new JournalEntry(
                row.GetText(1), key, row.GetDot(4), row.GetTimestamp(5), (OperationKind)kind, row.GetBlob(7))
            {
                Sequence = row.GetInt64(0),
            });
        }
    }
}
