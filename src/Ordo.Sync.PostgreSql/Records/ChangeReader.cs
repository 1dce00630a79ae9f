using Npgsql;
using Ordo.Sync.Causality;
using Ordo.Sync.PostgreSql.Driver;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.PostgreSql.Records;

/// <summary>
/// Finds changes by knowledge: for each writer of whom more is claimed than is known, one range of the index on (scope, dot).
/// Several ranges go into one statement, a few at first and more where they turn out to be thin, so that neither a thousand
/// writers cost a thousand round trips nor a few prolific ones a read of all they ever wrote.
/// </summary>
internal static class ChangeReader
{
    private const int RangesFirst = 8;
    private const int RangesMax = 4096;

    private const string Ranges = "unnest($2::bigint[], $3::bigint[]) AS w(low, high)";

    private const string InRange = "scope = $1 AND dot > w.low AND dot <= w.high ORDER BY dot LIMIT $4";

    private static readonly string SelectPlain = SumUp(
        $"""
        SELECT m.*, m.dot AS matched FROM {Ranges} CROSS JOIN LATERAL (
          SELECT {RecordReader.Columns}, size FROM records WHERE {InRange}) AS m ORDER BY m.dot LIMIT $4
        """);

    private static readonly string SelectWithSiblings = SumUp(
        $"""
        SELECT r.*, c.dot AS matched FROM (
          SELECT m.* FROM {Ranges} CROSS JOIN LATERAL (
            (SELECT dot, collection, key FROM records WHERE {InRange})
            UNION ALL (SELECT dot, collection, key FROM siblings WHERE {InRange})) AS m ORDER BY m.dot LIMIT $4) AS c
          JOIN records r ON r.scope = $1 AND r.collection = c.collection AND r.key = c.key
        """);

    public static async ValueTask<ChangeSlice> ReadAsync(
        Session session, long scope, bool mayHoldSiblings, ChangeQuery query, CancellationToken cancellationToken)
    {
        var page = new PageBudget(query.Budget);
        List<(long Low, long High)> ranges = RangesOf(query);
        int groupSize = RangesFirst;
        Dot? last = null;
        for (int first = 0; first < ranges.Count;)
        {
            List<(long Low, long High)> group = ranges.GetRange(first, Math.Min(groupSize, ranges.Count - first));
            int wanted = page.RowsWanted;
            long bytesLeft = page.BytesLeft;
            List<RecordRow> rows = await RecordReader.ReadRowsAsync(
                session,
                scope,
                Select(scope, mayHoldSiblings, group, wanted, bytesLeft),
                cancellationToken).ConfigureAwait(false);
            foreach (RecordRow row in rows.Where(row => !CameByLesserDot(row.Record, row.Matched, query)))
            {
                if (!page.TryAdd(row.Record))
                {
                    return new ChangeSlice(page.Records, last);
                }

                last = row.Matched;
            }

            // Fewer rows than asked for, and not because of their size: the ranges hold no more.
            if (rows.Count < wanted && rows.Sum(row => (long)row.Record.SizeBytes) <= bytesLeft)
            {
                first += group.Count;
                groupSize = Math.Min(groupSize * 4, RangesMax);
                continue;
            }

            // Go on behind the last dot: what lies before it has come.
            long behind = rows[^1].Matched.Value;
            first += group.TakeWhile(range => range.High <= behind).Count();
            if (first < ranges.Count)
            {
                ranges[first] = (Math.Max(ranges[first].Low, behind), ranges[first].High);
            }
        }

        return new ChangeSlice(page.Records, Next: null);
    }

    // In ascending order, none overlapping: each writer's dots stand together in packed order.
    private static List<(long Low, long High)> RangesOf(ChangeQuery query)
    {
        var ranges = new List<(long, long)>();
        foreach (Dot upTo in query.UpTo.Entries)
        {
            long known = ((long)upTo.ReplicaIndex << Dot.CounterBits) | query.Known[upTo.ReplicaIndex];
            long after = query.After is { } dot ? Math.Max(known, dot.Value) : known;
            if (after < upTo.Value)
            {
                ranges.Add((after, upTo.Value));
            }
        }

        return ranges;
    }

    private static NpgsqlBatchCommand Select(
        long scope, bool mayHoldSiblings, List<(long Low, long High)> ranges, int countMax, long bytesMax) => Session.Command(
            mayHoldSiblings ? SelectWithSiblings : SelectPlain,
            scope,
            ranges.Select(range => range.Low).ToArray(),
            ranges.Select(range => range.High).ToArray(),
            countMax,
            bytesMax);

    // A record with two versions that match comes once, by the lesser dot.
    private static bool CameByLesserDot(StoredRecord record, Dot dot, ChangeQuery query)
    {
        if (!record.HasSiblings)
        {
            return false;
        }

        foreach (RecordVersion version in record.Versions)
        {
            Dot other = version.Dot;
            if (other < dot && !(other <= query.After) && !query.Known.Contains(other) && query.UpTo.Contains(other))
            {
                return true;
            }
        }

        return false;
    }

    private static string SumUp(string matches) =>
        $"""
        SELECT {RecordReader.Columns}, matched FROM (
          SELECT m.*, sum(m.size) OVER (ORDER BY m.matched ROWS UNBOUNDED PRECEDING) - m.size AS before FROM ({matches}) AS m) AS page
          WHERE before <= $5 ORDER BY matched
        """;
}
