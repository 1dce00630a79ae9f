using System.Text;
using Ordo.Sync.Causality;
using Ordo.Sync.Journal;
using Ordo.Sync.Sqlite.Driver;
using Ordo.Sync.Sqlite.Encryption;
using Ordo.Sync.Sqlite.State;

namespace Ordo.Sync.Sqlite.Journal;

/// <summary>
/// Writes the journal's rows of <c>ordo_state</c>, which stand in the order of (scope, sequence) and need no other
/// index.
/// </summary>
internal static class JournalTable
{
    /// <summary>What an entry counts beside its key and content.</summary>
    private const int EntryBytes = 32;

    private static readonly SqlText Insert = new(
        "INSERT INTO ordo_state(scope, slot, a, b, c, d, e, f) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");

    private static readonly SqlText Walk = new(
        "SELECT slot, a, octet_length(e) + coalesce(length(f), 0) FROM ordo_state "
        + $"WHERE scope = ?1 AND slot < {StateSlot.JournalEnd} ORDER BY slot");

    private static readonly SqlText DeleteRange =
        new("DELETE FROM ordo_state WHERE scope = ?1 AND slot BETWEEN ?2 AND ?3");

    private static readonly SqlText SelectLast = new(
        $"SELECT a FROM ordo_state WHERE scope = ?1 AND slot < {StateSlot.JournalEnd} ORDER BY slot DESC LIMIT 1");

    /// <summary>Appends an entry.</summary>
    /// <returns>Its size in bytes.</returns>
    public static long Append(Connection connection, long sequence, long scope, int collection, JournalEntry entry)
    {
        ReadOnlySpan<byte> content = connection.SealUnlessEmpty(
            SealedPart.JournalContent, new SealedPlace(scope, sequence, entry.Key.Key), entry.Content.Span);
        connection.Prepare(Insert)
            .Bind(1, scope)
            .Bind(2, sequence)
            .Bind(3, entry.Dot.Value)
            .Bind(4, unchecked((long)entry.Timestamp.Value))
            .Bind(5, (long)entry.Kind)
            .Bind(6, collection)
            .Bind(7, entry.Key.Key)
            .BindBlobOrNull(8, content)
            .Run();
        return EntryBytes + Encoding.UTF8.GetByteCount(entry.Key.Key) + content.Length;
    }

    /// <summary>The dot of a scope's last entry, packed; 0 where it has none.</summary>
    public static long LastDot(Connection connection, long scope)
    {
        using Statement row = connection.Prepare(SelectLast).Bind(1, scope);
        return row.Step() ? row.GetDot(0).Value : 0;
    }

    /// <summary>
    /// Removes a scope's entries of one replica up to a dot. Walks from the front and, in a journal in order, no
    /// further than it removes: those of earlier incarnations aside, the cost is that of what is acknowledged.
    /// </summary>
    public static (int Count, long Bytes) Prune(Connection connection, long scope, Dot upTo, bool isScrambled)
    {
        var ranges = new List<(long First, long Last)>();
        int count = 0;
        long bytes = 0;
        using (Statement row = connection.Prepare(Walk).Bind(1, scope))
        {
            bool wasCovered = false;
            while (row.Step())
            {
                Dot dot = row.GetDot(1);
                bool isCovered = dot.ReplicaIndex == upTo.ReplicaIndex && dot <= upTo;
                if (!isCovered && dot > upTo && !isScrambled)
                {
                    break;
                }

                if (isCovered)
                {
                    long sequence = row.GetInt64(0);
                    count++;
                    bytes += EntryBytes + row.GetInt64(2);
                    if (wasCovered)
                    {
                        ranges[^1] = (ranges[^1].First, sequence);
                    }
                    else
                    {
                        ranges.Add((sequence, sequence));
                    }
                }

                wasCovered = isCovered;
            }
        }

        foreach ((long first, long last) in ranges)
        {
            connection.Prepare(DeleteRange).Bind(1, scope).Bind(2, first).Bind(3, last).Run();
        }

        return (count, bytes);
    }
}
