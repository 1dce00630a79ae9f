using Ordo.Sync.Causality;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Sqlite.Driver;

namespace Ordo.Sync.Sqlite.Journal;

/// <summary>Reads and writes <c>ordo_journal</c>.</summary>
internal static class JournalTable
{
    /// <summary>What an entry counts beside its key and content.</summary>
    private const int EntryBytes = 32;

    private static readonly SqlText Insert = new(
        "INSERT INTO ordo_journal(sequence, scope, dot, collection, key, hlc, kind, content) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");

    // CROSS JOIN keeps SQLite at the journal's order; the names are look-ups by row id.
    private static readonly SqlText Select = new(
        "SELECT j.sequence, s.name, c.name, j.key, j.dot, j.hlc, j.kind, j.content FROM ordo_journal j "
        + "CROSS JOIN ordo_scope s ON s.id = j.scope CROSS JOIN ordo_collection c ON c.id = j.collection "
        + "WHERE j.sequence > ?1 ORDER BY j.sequence LIMIT ?2");

    private static readonly SqlText Measure = new(
        "SELECT COUNT(*), coalesce(SUM(octet_length(key) + coalesce(length(content), 0)), 0) FROM ordo_journal "
        + "WHERE scope = ?1 AND dot BETWEEN ?2 AND ?3");

    private static readonly SqlText DeleteRange =
        new("DELETE FROM ordo_journal WHERE scope = ?1 AND dot BETWEEN ?2 AND ?3");

    private static readonly SqlText DeleteScope = new("DELETE FROM ordo_journal WHERE scope = ?1");

    private static readonly SqlText SelectFirst = new("SELECT hlc FROM ordo_journal ORDER BY sequence LIMIT 1");

    private static readonly SqlText SelectFirstOfReplica =
        new("SELECT sequence, hlc, dot FROM ordo_journal WHERE scope = ?1 AND dot > ?2 ORDER BY dot LIMIT 1");

    /// <summary>Appends an entry.</summary>
    /// <returns>Its size in bytes.</returns>
    public static long Append(Connection connection, long sequence, long scope, int collection, JournalEntry entry)
    {
        connection.Prepare(Insert)
            .Bind(1, sequence)
            .Bind(2, scope)
            .Bind(3, entry.Dot.Value)
            .Bind(4, collection)
            .Bind(5, entry.Key.Key)
            .Bind(6, unchecked((long)entry.Timestamp.Value))
            .Bind(7, (long)entry.Kind)
            .BindBlobOrNull(8, entry.Content.Span)
            .Run();
        return EntryBytes + System.Text.Encoding.UTF8.GetByteCount(entry.Key.Key) + entry.Content.Length;
    }

    public static IReadOnlyList<JournalEntry> Read(Connection connection, long after, int countMax)
    {
        var entries = new List<JournalEntry>();
        using Statement row = connection.Prepare(Select).Bind(1, after).Bind(2, countMax);
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

        return entries;
    }

    /// <summary>Removes a scope's entries of one replica up to a dot.</summary>
    public static (int Count, long Bytes) Prune(Connection connection, long scope, Dot upTo)
    {
        long from = ((long)upTo.ReplicaIndex << Dot.CounterBits) | 1;
        int count;
        long bytes;
        using (Statement row = connection.Prepare(Measure).Bind(1, scope).Bind(2, from).Bind(3, upTo.Value))
        {
            row.Step();
            count = row.GetIndex(0);
            bytes = row.GetInt64(1) + ((long)EntryBytes * count);
        }

        if (count > 0)
        {
            connection.Prepare(DeleteRange).Bind(1, scope).Bind(2, from).Bind(3, upTo.Value).Run();
        }

        return (count, bytes);
    }

    public static void RemoveScope(Connection connection, long scope) =>
        connection.Prepare(DeleteScope).Bind(1, scope).Run();

    /// <summary>The timestamp of the first entry.</summary>
    public static HybridTimestamp? Oldest(Connection connection)
    {
        using Statement row = connection.Prepare(SelectFirst);
        return row.Step() ? row.GetTimestamp(0) : null;
    }

    /// <summary>The timestamp of a scope's first entry: of the first of each incarnation, the one appended first.</summary>
    public static HybridTimestamp? Oldest(Connection connection, long scope)
    {
        HybridTimestamp? oldest = null;
        long first = long.MaxValue;
        long after = 0;
        while (true)
        {
            using Statement row = connection.Prepare(SelectFirstOfReplica).Bind(1, scope).Bind(2, after);
            if (!row.Step())
            {
                return oldest;
            }

            if (row.GetInt64(0) < first)
            {
                first = row.GetInt64(0);
                oldest = row.GetTimestamp(1);
            }

            after = ((long)row.GetDot(2).ReplicaIndex << Dot.CounterBits) | Dot.CounterMax;
        }
    }
}
