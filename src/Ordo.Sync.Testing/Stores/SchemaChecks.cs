using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Testing.Stores;

/// <summary>Declaring collections and their indexes.</summary>
internal static class SchemaChecks
{
    private static readonly IndexDefinition Number = new("n", IndexType.Integer);
    private static readonly IndexDefinition Text = new("t", IndexType.Text);

    public static IEnumerable<ConformanceCheck> All =>
    [
        new("An index added later is filled from the records there", AddedLaterAsync),
        new("A collection declared after its records were written is filled", DeclaredLaterAsync),
        new("An index no longer declared is refused, the others stay", RemovedAsync),
        new("An index declared again is filled with what was written meanwhile", AddedAgainAsync),
        new("An index declared with another type is filled anew", RetypedAsync),
        new("Declaring a collection again changes nothing", TwiceAsync),
        new("Declaring a collection changes neither records nor changes nor journal", ChangesNothingElseAsync),
        new("An index that stays keeps what a record made visible when another is added", KeepsVisibleAsync),
        new("Many collections with many indexes stand beside each other", ManyAsync),
    ];

    private static async Task AddedLaterAsync(StoreProbe probe)
    {
        await probe.DefineAsync(Sample.Collection, Number);
        await FillAsync(probe);
        await probe.DefineAsync(Sample.Collection, Number, Text);
        await ExpectAsync(probe, "t", "c", "b", "a");
        await ExpectAsync(probe, "n", "a", "b", "c");
        await probe.PutAsync(Sample.Scope, (Sample.Key("d"), Sample.Map(("t", "ww"))));
        await ExpectAsync(probe, "t", "d", "c", "b", "a");
    }

    private static async Task DeclaredLaterAsync(StoreProbe probe)
    {
        await FillAsync(probe);
        await probe.WriteAsync(async transaction =>
            await transaction.PutAsync(Sample.Scope, Sample.Tombstone("b", transaction.NextDots())));
        await probe.DefineAsync(Sample.Collection, Number, Text);
        await ExpectAsync(probe, "n", "a", "c");
        await ExpectAsync(probe, "t", "c", "a");
        IReadOnlyList<StoredRecord> other = await probe.QueryAsync(
            new RecordQuery(Sample.Collection, 9) { OrderBy = "n" }, Sample.OtherScope);
        Expect.Sequence(["z"], StoreText.KeysOf(other), "The records of the other scope");
    }

    private static async Task RemovedAsync(StoreProbe probe)
    {
        await probe.DefineAsync(Sample.Collection, Number, Text);
        await FillAsync(probe);
        await probe.DefineAsync(Sample.Collection, Text);
        await Expect.Throws<ArgumentException>(
            () => probe.QueryAsync(new RecordQuery(Sample.Collection, 9) { OrderBy = "n" }),
            "A query by an index dropped");
        await ExpectAsync(probe, "t", "c", "b", "a");
        Expect.Equal(3, (await probe.QueryAsync(new RecordQuery(Sample.Collection, 9))).Count, "The records by key");
    }

    private static async Task AddedAgainAsync(StoreProbe probe)
    {
        await probe.DefineAsync(Sample.Collection, Number, Text);
        await FillAsync(probe);
        await probe.DefineAsync(Sample.Collection);
        await probe.PutAsync(
            Sample.Scope, (Sample.Key("a"), Sample.Map(("n", 9))), (Sample.Key("d"), Sample.Map(("n", 0))));
        await probe.WriteAsync(async transaction => await transaction.RemoveAsync(Sample.Scope, Sample.Key("b")));
        await probe.DefineAsync(Sample.Collection, Text, Number);
        await ExpectAsync(probe, "n", "d", "c", "a");
    }

    private static async Task RetypedAsync(StoreProbe probe)
    {
        await probe.DefineAsync(Sample.Collection, Number);
        await FillAsync(probe);
        await probe.PutAsync(Sample.Scope, (Sample.Key("d"), Sample.Map(("n", "text"))));
        await probe.DefineAsync(Sample.Collection, new IndexDefinition("n", IndexType.Text));
        var query = new RecordQuery(Sample.Collection, 9) { Conditions = [new IndexCondition("n", null, null)] };
        Expect.Sequence(["d"], StoreText.KeysOf(await probe.QueryAsync(query)), "The records with a text");
        await probe.DefineAsync(Sample.Collection, Number);
        Expect.Sequence(
            ["a", "b", "c"], StoreText.KeysOf(await probe.QueryAsync(query)), "The records with an integer");
    }

    private static async Task TwiceAsync(StoreProbe probe)
    {
        await probe.DefineAsync(Sample.Collection, Number, Text);
        await FillAsync(probe);
        await probe.DefineAsync(Sample.Collection, Number, Text);
        await probe.DefineAsync(Sample.Collection, Text, Number);
        await ExpectAsync(probe, "n", "a", "b", "c");
        await ExpectAsync(probe, "t", "c", "b", "a");
    }

    private static async Task ChangesNothingElseAsync(StoreProbe probe)
    {
        await FillAsync(probe);
        await probe.WriteAsync(async transaction =>
            await transaction.AppendJournalAsync(Sample.Entry(Sample.Scope, "a", new Dot(0, 1))));
        string before = await probe.DumpAsync();
        await probe.DefineAsync(Sample.Collection, Number, Text);
        Expect.Equal(before, await probe.DumpAsync(), "What the store holds after declaring");
        await probe.DefineAsync(Sample.Collection);
        Expect.Equal(before, await probe.DumpAsync(), "What the store holds after declaring no index");
    }

    private static async Task KeepsVisibleAsync(StoreProbe probe)
    {
        await probe.DefineAsync(Sample.Collection, Number);
        await probe.WriteAsync(async transaction =>
        {
            await transaction.PutAsync(
                Sample.Scope,
                Sample.Showing(default, Sample.Record(Sample.Key("a"), transaction.NextDots(), Sample.Map(("n", 1)))));
            await transaction.PutAsync(
                Sample.Scope,
                Sample.Showing(
                    Sample.Map(("n", 5)), Sample.Record(Sample.Key("b"), transaction.NextDots(), Sample.Map(("n", 1)))));
        });
        await probe.DefineAsync(Sample.Collection, Number, Text);
        var query = new RecordQuery(Sample.Collection, 9)
        {
            Conditions = [new IndexCondition("n", IndexValue.Of(5L), IndexValue.Of(5L))],
        };
        Expect.Sequence(["b"], StoreText.KeysOf(await probe.QueryAsync(query)), "The records with the visible value");
        IReadOnlyList<StoredRecord> all = await probe.QueryAsync(new RecordQuery(Sample.Collection, 9));
        Expect.Sequence(["b"], StoreText.KeysOf(all), "The records that count as live");
    }

    private static async Task ManyAsync(StoreProbe probe)
    {
        IndexDefinition[] indexes = [.. Enumerable.Range(0, 8).Select(
            i => new IndexDefinition($"f{i}", IndexType.Integer))];
        string[] collections = ["a", "group", "order", "select", "Table", "x-y", "x_y", "records"];
        foreach (string collection in collections)
        {
            await probe.DefineAsync(collection, indexes);
        }

        await probe.PutAsync(
            Sample.Scope, [.. collections.Select((name, i) => (Sample.Key("k", name), Sample.Map(($"f{i}", i))))]);
        for (int i = 0; i < collections.Length; i++)
        {
            var query = new RecordQuery(collections[i], 9)
            {
                Conditions = [new IndexCondition($"f{i}", IndexValue.Of((long)i), IndexValue.Of((long)i))],
            };
            Expect.Sequence(
                [$"{collections[i]}/k"],
                (await probe.QueryAsync(query)).Select(record => record.Key.ToString()),
                $"The records of '{collections[i]}'");
        }
    }

    private static async Task FillAsync(StoreProbe probe)
    {
        await probe.PutAsync(
            Sample.Scope,
            (Sample.Key("a"), Sample.Map(("n", 1), ("t", "z"))),
            (Sample.Key("b"), Sample.Map(("n", 2), ("t", "y"))),
            (Sample.Key("c"), Sample.Map(("n", 3), ("t", "x"))));
        await probe.PutAsync(Sample.OtherScope, (Sample.Key("z"), Sample.Map(("n", 1))));
    }

    private static async Task ExpectAsync(StoreProbe probe, string orderBy, params string[] keys) => Expect.Sequence(
        keys,
        StoreText.KeysOf(await probe.QueryAsync(new RecordQuery(Sample.Collection, 9) { OrderBy = orderBy })),
        $"The records by '{orderBy}'");
}
