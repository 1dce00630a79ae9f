using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Testing.Stores;

/// <summary>The order of what a query finds, and its pages.</summary>
internal static class QueryPagingChecks
{
    public static IEnumerable<ConformanceCheck> All =>
    [
        new("A query orders by an index, absent values first", OrderAsync),
        new("Equal values are in key order, reversed where the order is", TiesAsync),
        new("Key order can be reversed", ReversedKeysAsync),
        new("A query by key is paged by the key before", PagesByKeyAsync),
        new("A query by an index is paged by value and key, through ties and absent values", PagesByIndexAsync),
        new("A query with conditions is paged in every order", PagesWithConditionsAsync),
        new("A page begins behind a position whose record is gone", BehindGoneAsync),
        new("A query of no records finds none", CountZeroAsync),
    ];

    private static async Task OrderAsync(StoreProbe probe)
    {
        await FillAsync(probe, 4, i => i == 2 ? null : 10 - i);
        await ExpectAsync(probe, ByNumber, "k02", "k03", "k01", "k00");
        await ExpectAsync(probe, ByNumber with { Descending = true }, "k00", "k01", "k03", "k02");
    }

    private static RecordQuery ByNumber => new(Sample.Collection, 99) { OrderBy = "n" };

    private static async Task TiesAsync(StoreProbe probe)
    {
        await FillAsync(probe, 6, i => i % 2);
        await ExpectAsync(probe, ByNumber, "k00", "k02", "k04", "k01", "k03", "k05");
        await ExpectAsync(probe, ByNumber with { Descending = true }, "k05", "k03", "k01", "k04", "k02", "k00");
    }

    private static async Task ReversedKeysAsync(StoreProbe probe)
    {
        await FillAsync(probe, 3, i => i);
        await ExpectAsync(probe, new RecordQuery(Sample.Collection, 99) { Descending = true }, "k02", "k01", "k00");
        await ExpectAsync(probe, new RecordQuery(Sample.Collection, 1) { Descending = true }, "k02");
    }

    private static async Task PagesByKeyAsync(StoreProbe probe)
    {
        await FillAsync(probe, 25, i => i % 3);
        await ExpectPagesAsync(probe, new RecordQuery(Sample.Collection, 99));
        await ExpectPagesAsync(probe, new RecordQuery(Sample.Collection, 99) { Descending = true });
    }

    private static async Task PagesByIndexAsync(StoreProbe probe)
    {
        await FillAsync(probe, 25, i => i % 4 == 0 ? null : i % 4);
        await ExpectPagesAsync(probe, ByNumber);
        await ExpectPagesAsync(probe, ByNumber with { Descending = true });
    }

    private static async Task PagesWithConditionsAsync(StoreProbe probe)
    {
        await FillAsync(probe, 40, i => i % 7 == 0 ? null : i % 7);
        IndexCondition[] conditions =
        [
            new("n", IndexValue.Of(2L), IndexValue.Of(5L)), new("n", IndexValue.Of(3L), IndexValue.Of(3L)),
            new("n", IndexValue.Of(1L), IndexValue.Of(4L)) { ExcludesFrom = true, ExcludesTo = true },
            new("n", IndexValue.Absent, IndexValue.Absent), new("m", IndexValue.Of(1L), null),
        ];
        foreach (IndexCondition condition in conditions)
        {
            foreach (string? orderBy in new[] { null, "n", "m" })
            {
                var query = new RecordQuery(Sample.Collection, 99) { Conditions = [condition], OrderBy = orderBy };
                await ExpectPagesAsync(probe, query);
                await ExpectPagesAsync(probe, query with { Descending = true });
            }
        }
    }

    private static async Task BehindGoneAsync(StoreProbe probe)
    {
        await FillAsync(probe, 6, i => i / 2);
        await probe.WriteAsync(async transaction => await transaction.RemoveAsync(Sample.Scope, Sample.Key("k02")));
        QueryPosition gone = new(IndexValue.Of(1L), "k02");
        await ExpectAsync(probe, ByNumber with { After = gone }, "k03", "k04", "k05");
        await ExpectAsync(probe, ByNumber with { After = gone, Descending = true }, "k01", "k00");
        await ExpectAsync(probe, ByNumber with { After = new(IndexValue.Of(7L), "a") });
        await ExpectAsync(
            probe, new RecordQuery(Sample.Collection, 9) { After = new(IndexValue.Absent, "k02") }, "k03", "k04",
            "k05");
    }

    private static async Task CountZeroAsync(StoreProbe probe)
    {
        await FillAsync(probe, 2, i => i);
        await ExpectAsync(probe, ByNumber with { CountMax = 0 });
    }

    private static async Task FillAsync(StoreProbe probe, int count, Func<int, int?> number)
    {
        await probe.DefineAsync(
            Sample.Collection, new IndexDefinition("n", IndexType.Integer),
            new IndexDefinition("m", IndexType.Integer));
        await probe.PutAsync(Sample.Scope, [.. Enumerable.Range(0, count).Select(i => (
            Sample.Key($"k{i:d2}"),
            number(i) is { } value ? Sample.Map(("n", value), ("m", i * 5 % 3)) : Sample.Map(("m", i * 5 % 3))))]);
    }

    // The whole answer is right by the other checks: its pages must add up to it.
    private static async Task ExpectPagesAsync(StoreProbe probe, RecordQuery query)
    {
        IReadOnlyList<StoredRecord> whole = await probe.QueryAsync(query);
        Expect.That(whole.Count > 0, $"[{string.Join(" and ", query.Conditions)}] finds something");
        foreach (int size in new[] { 1, 3, 10 })
        {
            var paged = new List<StoredRecord>();
            IReadOnlyList<StoredRecord> page;
            QueryPosition? after = null;
            do
            {
                page = await probe.QueryAsync(query with { CountMax = size, After = after });
                Expect.That(page.Count <= size, "a page holds what was asked for at most");
                paged.AddRange(page);
                after = page.Count == 0 ? null : PositionOf(page[^1], query.OrderBy);
            }
            while (page.Count == size && paged.Count <= whole.Count);
            Expect.Sequence(
                StoreText.KeysOf(whole),
                StoreText.KeysOf(paged),
                $"Pages of {size} of [{string.Join(" and ", query.Conditions)}] by {query.OrderBy} {query.Descending}");
        }
    }

    private static QueryPosition PositionOf(StoredRecord record, string? orderBy) => new(
        orderBy is null
            ? IndexValue.Absent
            : IndexExtractor.Extract(record.Visible, new IndexDefinition(orderBy, IndexType.Integer)),
        record.Key.Key);

    private static async Task ExpectAsync(StoreProbe probe, RecordQuery query, params string[] keys) => Expect.Sequence(
        keys, StoreText.KeysOf(await probe.QueryAsync(query)), $"Order {query.OrderBy ?? "key"} {query.Descending}");
}
