using Npgsql;
using Ordo.Sync.PostgreSql.Driver;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.PostgreSql.Records;

/// <summary>Reads records in key order. The server adds up sizes, so that no more than a page crosses the wire.</summary>
internal static class RangeReader
{
    public static async ValueTask<RangeSlice> ReadAsync(
        Session session, long scope, KeyRange range, ReadBudget budget, CancellationToken cancellationToken)
    {
        var page = new PageBudget(budget);
        while (!range.IsEmpty)
        {
            int wanted = page.RowsWanted;
            List<StoredRecord> records = await RecordReader.ReadAsync(
                session, scope, Select(scope, range, wanted, page.BytesLeft), cancellationToken).ConfigureAwait(false);
            foreach (StoredRecord record in records)
            {
                if (!page.TryAdd(record))
                {
                    return new RangeSlice(page.Records, IsLast: false);
                }

                range = range with { After = record.Key };
            }

            if (records.Count == 0 || (records.Count < wanted && !page.IsFull))
            {
                break;
            }
        }

        return new RangeSlice(page.Records, IsLast: true);
    }

    /// <summary>Reads keys alone: from the index of the primary key, without a look at the rows.</summary>
    public static async ValueTask<IReadOnlyList<RecordKey>> ReadKeysAsync(
        Session session, long scope, KeyRange range, int countMax, CancellationToken cancellationToken)
    {
        if (range.IsEmpty)
        {
            return [];
        }

        var values = new List<object> { scope, countMax };
        string after = Bound(range.After, ">", values);
        string upTo = Bound(range.UpTo, "<=", values);
        NpgsqlBatchCommand select = Session.Command(
            $"SELECT collection, key FROM records WHERE scope = $1{after}{upTo} ORDER BY collection, key LIMIT $2", [.. values]);
        return await session.ReadAsync(
            [select],
            static async (reader, token) =>
            {
                var keys = new List<RecordKey>();
                while (await reader.ReadAsync(token).ConfigureAwait(false))
                {
                    keys.Add(new RecordKey(reader.GetString(0), reader.GetString(1)));
                }

                return keys;
            },
            cancellationToken).ConfigureAwait(false);
    }

    private static NpgsqlBatchCommand Select(long scope, KeyRange range, int countMax, long bytesMax)
    {
        var values = new List<object> { scope, countMax, bytesMax };
        string after = Bound(range.After, ">", values);
        string upTo = Bound(range.UpTo, "<=", values);
        return Session.Command(
            $"""
            SELECT {RecordReader.Columns} FROM (
              SELECT *, sum(size) OVER (ORDER BY collection, key ROWS UNBOUNDED PRECEDING) - size AS before FROM (
                SELECT {RecordReader.Columns}, size FROM records WHERE scope = $1{after}{upTo}
                  ORDER BY collection, key LIMIT $2) AS part) AS page
              WHERE before <= $3 ORDER BY collection, key
            """,
            [.. values]);
    }

    private static string Bound(RecordKey? key, string sign, List<object> values)
    {
        if (key is not { } bound)
        {
            return string.Empty;
        }

        values.Add(bound.Collection);
        values.Add(bound.Key);
        return $" AND (collection, key) {sign} (${values.Count - 1}, ${values.Count})";
    }
}
