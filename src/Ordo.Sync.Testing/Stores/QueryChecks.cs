using Ordo.Sync.Records;
using Ordo.Sync.Storage;
using static Ordo.Sync.Testing.Stores.QueryProbe;

namespace Ordo.Sync.Testing.Stores;

/// <summary>Which records a query finds.</summary>
internal static class QueryChecks
{
    public static IEnumerable<ConformanceCheck> All =>
    [
        new("A query without conditions finds the live records of its collection in key order", EverythingAsync),
        new("A query finds records by an equal integer, number or text", EqualAsync),
        new("A query finds records by a range, its bounds included", RangeAsync),
        new("A query's bounds can be excluded", ExclusiveAsync),
        new("Text compares by its UTF-8 bytes, case included", TextOrderAsync),
        new("All conditions of a query hold", AllConditionsAsync),
        new("Several conditions on one field all hold", SameFieldAsync),
        new("A field inside a nested map is indexed by its path", NestedAsync),
        new("Booleans are indexed as 0 and 1, timestamps as Unix milliseconds, integers as numbers", ConversionsAsync),
        new("A value of another type is absent", TypeMismatchAsync),
        new("Absent values match only a condition on absent values", AbsentAsync),
        new("The greatest and least integers, numbers and long texts are found", ExtremesAsync),
        new("A query by an index that was not declared is refused", UndeclaredIndexAsync),
        new(
            "A query that orders by one index and tests another finds the same as either alone",
            OrderAndConditionAsync),
    ];

    private static async Task EverythingAsync(StoreProbe probe)
    {
        await DefineAsync(probe, ("c", 1), ("a", 3), ("b", 2));
        await ExpectAsync(probe, new RecordQuery(Sample.Collection, 9), "a", "b", "c");
        await ExpectAsync(probe, new RecordQuery(Sample.Collection, 2), "a", "b");
    }

    private static async Task EqualAsync(StoreProbe probe)
    {
        await probe.DefineAsync(Sample.Collection, Indexes);
        await probe.PutAsync(
            Sample.Scope,
            (Sample.Key("a"), Sample.Map(("n", 5), ("r", 2.5), ("t", "x"))),
            (Sample.Key("b"), Sample.Map(("n", -5), ("r", -2.5), ("t", "X"))),
            (Sample.Key("c"), Sample.Map(("n", 5), ("r", 0.1), ("t", "x "))));
        await ExpectAsync(probe, Where("n", IndexValue.Of(5L), IndexValue.Of(5L)), "a", "c");
        await ExpectAsync(probe, Where("n", IndexValue.Of(-5L), IndexValue.Of(-5L)), "b");
        await ExpectAsync(probe, Where("n", IndexValue.Of(0L), IndexValue.Of(0L)));
        await ExpectAsync(probe, Where("r", IndexValue.Of(0.1), IndexValue.Of(0.1)), "c");
        await ExpectAsync(probe, Where("t", IndexValue.Of("x"), IndexValue.Of("x")), "a");
    }

    private static async Task RangeAsync(StoreProbe probe)
    {
        await DefineAsync(probe, ("a", 1), ("b", 2), ("c", 3), ("d", 4));
        await ExpectAsync(probe, Where("n", IndexValue.Of(2L), IndexValue.Of(3L)), "b", "c");
        await ExpectAsync(probe, Where("n", IndexValue.Of(3L), null), "c", "d");
        await ExpectAsync(probe, Where("n", null, IndexValue.Of(2L)), "a", "b");
        await ExpectAsync(probe, Where("n", null, null), "a", "b", "c", "d");
        await ExpectAsync(probe, Where("n", IndexValue.Of(3L), IndexValue.Of(2L)));
    }

    private static async Task ExclusiveAsync(StoreProbe probe)
    {
        await DefineAsync(probe, ("a", 1), ("b", 2), ("c", 3), ("d", 4));
        IndexCondition range = new("n", IndexValue.Of(1L), IndexValue.Of(4L));
        await ExpectAsync(probe, Where(range with { ExcludesFrom = true }), "b", "c", "d");
        await ExpectAsync(probe, Where(range with { ExcludesTo = true }), "a", "b", "c");
        await ExpectAsync(probe, Where(range with { ExcludesFrom = true, ExcludesTo = true }), "b", "c");
        await ExpectAsync(
            probe, Where(new IndexCondition("n", IndexValue.Of(2L), IndexValue.Of(2L)) { ExcludesTo = true }));
        await ExpectAsync(
            probe,
            Where(new IndexCondition("n", IndexValue.Of(3L), null) { ExcludesFrom = true }) with { OrderBy = "n" },
            "d");
    }

    private static async Task TextOrderAsync(StoreProbe probe)
    {
        string[] texts = ["", "B", "a", "ab", "b", "é", "\uFF5E", "😀"];
        await probe.DefineAsync(Sample.Collection, Indexes);
        await probe.PutAsync(
            Sample.Scope,
            [.. texts.Select((text, i) => (Sample.Key($"k{texts.Length - i}"), Sample.Map(("t", text))))]);
        IReadOnlyList<StoredRecord> found = await probe.QueryAsync(
            new RecordQuery(Sample.Collection, 99) { OrderBy = "t" });
        Expect.Sequence(
            ["k8", "k7", "k6", "k5", "k4", "k3", "k2", "k1"], StoreText.KeysOf(found), "The records by text");
        await ExpectAsync(probe, Where("t", IndexValue.Of("a"), IndexValue.Of("b")), "k4", "k5", "k6");
        await ExpectAsync(probe, Where("t", IndexValue.Of("\uFF5E"), null), "k1", "k2");
    }

    private static async Task AllConditionsAsync(StoreProbe probe)
    {
        await probe.DefineAsync(Sample.Collection, Indexes);
        await probe.PutAsync(
            Sample.Scope,
            (Sample.Key("a"), Sample.Map(("n", 1), ("t", "x"))), (Sample.Key("b"), Sample.Map(("n", 1), ("t", "y"))),
            (Sample.Key("c"), Sample.Map(("n", 2), ("t", "x"))), (Sample.Key("d"), Sample.Map(("n", 3), ("t", "x"))));
        IndexCondition isX = new("t", IndexValue.Of("x"), IndexValue.Of("x"));
        await ExpectAsync(probe, Where(isX, new IndexCondition("n", IndexValue.Of(2L), null)), "c", "d");
        await ExpectAsync(probe, Where(new IndexCondition("n", IndexValue.Of(1L), IndexValue.Of(2L)), isX), "a", "c");
        await ExpectAsync(probe, Where(isX, new IndexCondition("n", IndexValue.Of(4L), null)));
    }

    private static async Task SameFieldAsync(StoreProbe probe)
    {
        await DefineAsync(probe, ("a", 1), ("b", 2), ("c", 3), ("d", 4));
        await ExpectAsync(
            probe,
            Where(new IndexCondition("n", IndexValue.Of(2L), null), new IndexCondition("n", null, IndexValue.Of(3L))),
            "b", "c");
    }

    private static async Task NestedAsync(StoreProbe probe)
    {
        await probe.DefineAsync(Sample.Collection, Indexes);
        await probe.PutAsync(
            Sample.Scope,
            (Sample.Key("a"), Sample.Map(("address", new (string, object?)[] { ("zip", 1), ("city", "Kiel") }))),
            (Sample.Key("b"), Sample.Map(("address", "Kiel"), ("city", "Kiel"))),
            (Sample.Key("c"), Sample.Map(("address.city", "Kiel"))));
        await ExpectAsync(probe, Where("address.city", IndexValue.Of("Kiel"), IndexValue.Of("Kiel")), "a");
    }

    private static async Task ConversionsAsync(StoreProbe probe)
    {
        DateTime time = new(2026, 3, 4, 5, 6, 7, 890, DateTimeKind.Utc);
        await probe.DefineAsync(Sample.Collection, Indexes);
        await probe.PutAsync(
            Sample.Scope,
            (Sample.Key("a"), Sample.Map(("n", true), ("r", 7))),
            (Sample.Key("b"), Sample.Map(("n", false), ("r", 7.5))),
            (Sample.Key("c"), Sample.Map(("n", time))));
        await ExpectAsync(probe, Where("n", IndexValue.Of(1L), IndexValue.Of(1L)), "a");
        await ExpectAsync(probe, Where("n", IndexValue.Of(0L), IndexValue.Of(0L)), "b");
        long milliseconds = new DateTimeOffset(time).ToUnixTimeMilliseconds();
        await ExpectAsync(probe, Where("n", IndexValue.Of(milliseconds), IndexValue.Of(milliseconds)), "c");
        await ExpectAsync(probe, Where("r", IndexValue.Of(7.0), IndexValue.Of(7.0)), "a");
        await ExpectAsync(probe, Where("r", IndexValue.Of(7.0), null), "a", "b");
    }

    private static async Task TypeMismatchAsync(StoreProbe probe)
    {
        await probe.DefineAsync(Sample.Collection, Indexes);
        await probe.PutAsync(
            Sample.Scope,
            (Sample.Key("a"), Sample.Map(("n", "5"), ("r", "five"), ("t", 5))),
            (Sample.Key("b"), Sample.Map(("n", 5.5), ("r", true), ("t", true))),
            (Sample.Key("c"), Sample.Map(("n", null), ("r", null), ("t", null))));
        foreach (string field in new[] { "n", "r", "t" })
        {
            await ExpectAsync(probe, Where(field, null, null));
            await ExpectAsync(probe, Where(field, IndexValue.Absent, IndexValue.Absent), "a", "b", "c");
        }
    }

    private static async Task AbsentAsync(StoreProbe probe)
    {
        await DefineAsync(probe, ("a", 1), ("b", null), ("c", 3), ("d", null));
        await ExpectAsync(probe, Where("n", IndexValue.Absent, IndexValue.Absent), "b", "d");
        await ExpectAsync(probe, Where("n", null, IndexValue.Of(9L)), "a", "c");
        await ExpectAsync(probe, Where("n", IndexValue.Absent, IndexValue.Of(1L)), "a");
        await ExpectAsync(probe, Where("n", null, null) with { OrderBy = "n" }, "a", "c");
        await ExpectAsync(probe, Where("n", IndexValue.Absent, IndexValue.Absent) with { OrderBy = "n" }, "b", "d");
    }

    private static async Task ExtremesAsync(StoreProbe probe)
    {
        string text = new('x', 20_000);
        await probe.DefineAsync(Sample.Collection, Indexes);
        await probe.PutAsync(
            Sample.Scope,
            (Sample.Key("a"), Sample.Map(("n", long.MaxValue), ("r", double.MaxValue), ("t", text))),
            (Sample.Key("b"), Sample.Map(("n", long.MinValue), ("r", double.NegativeInfinity), ("t", text + "y"))),
            (Sample.Key("c"), Sample.Map(("n", long.MaxValue - 1), ("r", double.Epsilon), ("t", "'"))));
        await ExpectAsync(probe, Where("n", IndexValue.Of(long.MaxValue), null), "a");
        await ExpectAsync(probe, Where("n", null, IndexValue.Of(long.MinValue)), "b");
        await ExpectAsync(probe, Where("r", IndexValue.Of(double.MaxValue), null), "a");
        await ExpectAsync(probe, Where("r", null, IndexValue.Of(double.MinValue)), "b");
        await ExpectAsync(probe, Where("r", IndexValue.Of(double.Epsilon), IndexValue.Of(1.0)), "c");
        await ExpectAsync(probe, Where("t", IndexValue.Of(text + "y"), null), "b");
        await ExpectAsync(probe, Where("t", IndexValue.Of("'"), IndexValue.Of("'")), "c");
    }

    private static async Task UndeclaredIndexAsync(StoreProbe probe)
    {
        await DefineAsync(probe, ("a", 1));
        foreach (RecordQuery query in new[]
        {
            Where("missing", null, null), new RecordQuery(Sample.Collection, 9) { OrderBy = "missing" },
            new RecordQuery("undeclared", 9) { OrderBy = "n" },
        })
        {
            await Expect.Throws<ArgumentException>(() => probe.QueryAsync(query), "A query by an index not declared");
        }
    }

    private static async Task OrderAndConditionAsync(StoreProbe probe)
    {
        await probe.DefineAsync(Sample.Collection, Indexes);
        await probe.PutAsync(
            Sample.Scope,
            [.. Enumerable.Range(0, 30).Select(
                i => (Sample.Key($"k{i:d2}"), Sample.Map(("n", i % 5), ("r", 30.0 - i))))]);
        RecordQuery query = Where("n", IndexValue.Of(2L), IndexValue.Of(3L)) with { OrderBy = "r" };
        IEnumerable<string> expected = Enumerable.Range(0, 30).Reverse().Where(i => i % 5 is 2 or 3)
            .Select(i => $"k{i:d2}");
        await ExpectAsync(probe, query with { CountMax = 99 }, [.. expected]);
        await ExpectAsync(probe, query with { CountMax = 4 }, [.. expected.Take(4)]);
        await ExpectAsync(probe, query with { CountMax = 4, Descending = true }, [.. expected.Reverse().Take(4)]);
    }
}
