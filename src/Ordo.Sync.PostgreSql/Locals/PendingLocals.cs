using Npgsql;
using Ordo.Sync.PostgreSql.Driver;

namespace Ordo.Sync.PostgreSql.Locals;

/// <summary>
/// What a transaction has read and written of local entries. Those are of no scope, so no lock guards them: what was read is
/// compared again when it is written, and a transaction that decided by something that is no longer so gives up.
/// </summary>
internal sealed class PendingLocals
{
    private const int BytesMax = 16 << 20;

    private const string Put =
        """
        INSERT INTO locals(area, key, value) SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[])
          ON CONFLICT (area, key) DO UPDATE SET value = excluded.value
        """;

    // Fewer rows than given make the division fail, and with it the transaction, the commit in the same round trip included.
    private const string Add =
        """
        WITH done AS (
          INSERT INTO locals(area, key, value) SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[])
            ON CONFLICT (area, key) DO NOTHING RETURNING 1)
        SELECT 1 / (count(*) = cardinality($1))::int FROM done
        """;

    private const string Replace =
        """
        WITH done AS (
          UPDATE locals l SET value = c.value
            FROM unnest($1::text[], $2::text[], $3::bytea[], $4::bytea[]) AS c(area, key, value, old)
            WHERE l.area = c.area AND l.key = c.key AND l.value = c.old RETURNING 1)
        SELECT 1 / (count(*) = cardinality($1))::int FROM done
        """;

    private const string Delete =
        "DELETE FROM locals WHERE (area, key) IN (SELECT * FROM unnest($1::text[], $2::text[]))";

    private readonly Dictionary<(string Area, string Key), PendingLocal> _entries = [];
    private long _dirtyBytes;

    /// <summary>Whether enough is written to be sent.</summary>
    public bool IsFull => _dirtyBytes >= BytesMax;

    /// <summary>Whether anything is written that the database does not have.</summary>
    public bool IsDirty { get; private set; }

    /// <summary>What is known of an entry.</summary>
    public bool TryGet(string area, string key, out byte[]? value)
    {
        bool isKnown = _entries.TryGetValue((area, key), out PendingLocal entry);
        value = entry.Value;
        return isKnown;
    }

    /// <summary>Keeps what was read.</summary>
    public void Learn(string area, string key, byte[]? value) =>
        _entries.TryAdd((area, key), new PendingLocal(value, value, WasRead: true, IsDirty: false));

    /// <summary>Keeps what is to be written; <see langword="null"/> removes the entry.</summary>
    public void Set(string area, string key, byte[]? value)
    {
        _entries.TryGetValue((area, key), out PendingLocal before);
        _entries[(area, key)] = before with { Value = value, IsDirty = true };
        _dirtyBytes += value?.Length ?? 0;
        IsDirty = true;
    }

    /// <summary>The statements that write what changed; they fail where what was read is no longer so.</summary>
    public IEnumerable<NpgsqlBatchCommand> Write()
    {
        ILookup<LocalChange, KeyValuePair<(string Area, string Key), PendingLocal>> changes =
            _entries.Where(entry => entry.Value.IsDirty).ToLookup(entry => entry.Value.Change);
        if (changes[LocalChange.Remove].ToArray() is { Length: > 0 } removed)
        {
            yield return Session.Command(Delete, Areas(removed), Keys(removed));
        }

        if (changes[LocalChange.Put].ToArray() is { Length: > 0 } put)
        {
            yield return Session.Command(Put, Areas(put), Keys(put), Values(put));
        }

        if (changes[LocalChange.Add].ToArray() is { Length: > 0 } added)
        {
            yield return Session.Command(Add, Areas(added), Keys(added), Values(added));
        }

        if (changes[LocalChange.Replace].ToArray() is { Length: > 0 } replaced)
        {
            NpgsqlParameter old = Session.NullableBytes([.. replaced.Select(entry => entry.Value.Stored)]);
            yield return Session.Command(Replace, Areas(replaced), Keys(replaced), Values(replaced), old);
        }
    }

    /// <summary>Notes that the database has everything, and forgets it: it may be large.</summary>
    public void MarkWritten()
    {
        // This transaction holds the rows that it wrote, so they are as it wrote them until its end.
        foreach ((string Area, string Key) key in _entries.Where(entry => entry.Value.IsDirty).Select(entry => entry.Key).ToArray())
        {
            _entries.Remove(key);
        }

        _dirtyBytes = 0;
        IsDirty = false;
    }

    private static string[] Areas(KeyValuePair<(string Area, string Key), PendingLocal>[] entries) =>
        [.. entries.Select(entry => entry.Key.Area)];

    private static string[] Keys(KeyValuePair<(string Area, string Key), PendingLocal>[] entries) =>
        [.. entries.Select(entry => entry.Key.Key)];

    private static NpgsqlParameter Values(KeyValuePair<(string Area, string Key), PendingLocal>[] entries) =>
        Session.NullableBytes([.. entries.Select(entry => entry.Value.Value)]);
}
