using System.Text;
using Npgsql;
using Ordo.Sync.PostgreSql.Driver;
using Ordo.Sync.PostgreSql.Schema;
using Ordo.Sync.Records;

namespace Ordo.Sync.PostgreSql.Records;

/// <summary>Writes records in batches: an array a column, one statement a table.</summary>
internal static class RecordWriter
{
    private const string Put =
        """
        INSERT INTO records(scope, collection, key, dot, hlc, author, is_deleted, siblings, size, payload, annotations, crdt, visible)
          SELECT $1, * FROM unnest(
            $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bytea[], $7::boolean[], $8::int[], $9::int[], $10::bytea[],
            $11::bytea[], $12::bytea[], $13::bytea[])
          ON CONFLICT (scope, collection, key) DO UPDATE SET
            dot = excluded.dot, hlc = excluded.hlc, author = excluded.author, is_deleted = excluded.is_deleted,
            siblings = excluded.siblings, size = excluded.size, payload = excluded.payload,
            annotations = excluded.annotations, crdt = excluded.crdt, visible = excluded.visible
        """;

    private const string PutSiblings =
        """
        INSERT INTO siblings(scope, collection, key, ordinal, dot, hlc, author, payload, annotations)
          SELECT $1, * FROM unnest(
            $2::text[], $3::text[], $4::int[], $5::bigint[], $6::bigint[], $7::bytea[], $8::bytea[], $9::bytea[])
        """;

    private const string KeyIsGiven = "scope = $1 AND (collection, key) IN (SELECT * FROM unnest($2::text[], $3::text[]))";

    /// <summary>The statements that write what a transaction has changed.</summary>
    /// <param name="scope">The scope's number.</param>
    /// <param name="changes">The records, none twice.</param>
    /// <param name="mayHoldSiblings">Whether records may have further siblings that have to go.</param>
    /// <param name="catalog">The declared indexes.</param>
    public static IEnumerable<NpgsqlBatchCommand> Write(
        long scope, List<KeyValuePair<RecordKey, PendingRecord>> changes, bool mayHoldSiblings, Catalog catalog)
    {
        RecordKey[] old = [.. changes.Where(change => !change.Value.IsNew).Select(change => change.Key)];
        if (mayHoldSiblings && old.Length > 0)
        {
            yield return WithKeys($"DELETE FROM siblings WHERE {KeyIsGiven}", scope, old);
        }

        RecordKey[] removed = [.. changes.Where(change => change.Value.Record is null).Select(change => change.Key)];
        if (removed.Length > 0)
        {
            yield return WithKeys($"DELETE FROM records WHERE {KeyIsGiven}", scope, removed);
        }

        List<PendingRecord> put = [.. changes.Select(change => change.Value).Where(record => record.Record is not null)];
        if (put.Count > 0)
        {
            yield return PutCommand(scope, put);
        }

        (StoredRecord Record, int Ordinal)[] siblings = [.. put.SelectMany(
            pending => Enumerable.Range(0, pending.Record!.Versions.Length - 1).Select(ordinal => (pending.Record!, ordinal)))];
        if (siblings.Length > 0)
        {
            yield return PutSiblingsCommand(scope, siblings);
        }

        RecordKey[] indexed = [.. changes.Select(change => change.Key)
            .Where(key => !catalog.IndexesOf(key.Collection).IsDefaultOrEmpty)];
        if (indexed.Length > 0)
        {
            yield return IndexEntries.Remove(scope, indexed);
            NpgsqlBatchCommand? add = IndexEntries.Add(
                scope, put.Select(pending => (pending.Record!.Key, pending.Visible)), catalog.IndexesOf);
            if (add is not null)
            {
                yield return add;
            }
        }
    }

    private static NpgsqlBatchCommand PutCommand(long scope, List<PendingRecord> records)
    {
        int count = records.Count;
        var collections = new string[count];
        var keys = new string[count];
        var dots = new long[count];
        var times = new long[count];
        var authors = new byte[count][];
        var deleted = new bool[count];
        var siblings = new int[count];
        var sizes = new int[count];
        var payloads = new ReadOnlyMemory<byte>[count];
        var annotations = new ReadOnlyMemory<byte>[count];
        var conflictFree = new ReadOnlyMemory<byte>[count];
        var visible = new byte[]?[count];
        for (int i = 0; i < count; i++)
        {
            StoredRecord record = records[i].Record!;
            RecordVersion greatest = record.Greatest;
            collections[i] = record.Key.Collection;
            keys[i] = record.Key.Key;
            dots[i] = greatest.Dot.Value;
            times[i] = SqlTime.ToInt64(greatest.Timestamp);
            authors[i] = Encoding.UTF8.GetBytes(greatest.Author);
            deleted[i] = records[i].Visible.IsEmpty;
            siblings[i] = record.Versions.Length - 1;
            sizes[i] = record.SizeBytes;
            payloads[i] = greatest.Payload;
            annotations[i] = greatest.Annotations;
            conflictFree[i] = record.ConflictFree;

            // Kept only where it is not the greatest version's: to fill indexes that are declared later.
            visible[i] = records[i].Visible.Span.SequenceEqual(greatest.Payload.Span) ? null : records[i].Visible.ToArray();
        }

        return Session.Command(
            Put,
            scope,
            collections,
            keys,
            dots,
            times,
            authors,
            deleted,
            siblings,
            sizes,
            Session.Bytes(payloads),
            Session.Bytes(annotations),
            Session.Bytes(conflictFree),
            Session.NullableBytes(visible));
    }

    private static NpgsqlBatchCommand PutSiblingsCommand(long scope, (StoredRecord Record, int Ordinal)[] siblings)
    {
        RecordVersion[] versions = [.. siblings.Select(sibling => sibling.Record.Versions[sibling.Ordinal])];
        return Session.Command(
            PutSiblings,
            scope,
            siblings.Select(sibling => sibling.Record.Key.Collection).ToArray(),
            siblings.Select(sibling => sibling.Record.Key.Key).ToArray(),
            siblings.Select(sibling => sibling.Ordinal).ToArray(),
            versions.Select(version => version.Dot.Value).ToArray(),
            versions.Select(version => SqlTime.ToInt64(version.Timestamp)).ToArray(),
            versions.Select(version => Encoding.UTF8.GetBytes(version.Author)).ToArray(),
            Session.Bytes([.. versions.Select(version => version.Payload)]),
            Session.Bytes([.. versions.Select(version => version.Annotations)]));
    }

    private static NpgsqlBatchCommand WithKeys(string sql, long scope, RecordKey[] keys) => Session.Command(
        sql, scope, keys.Select(key => key.Collection).ToArray(), keys.Select(key => key.Key).ToArray());
}
