using Ordo.Sync.Causality;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Testing.Stores.Model;

/// <summary>Reads a store and the model of it alike and compares what comes.</summary>
internal static class ModelComparison
{
    public static Task DoAsync(IStoreSnapshot store, ModelState model, ModelStep step) => step.Kind switch
    {
        ModelStepKind.CompareAll => AllAsync(store, model),
        ModelStepKind.CompareChanges => ChangesAsync(store, model, step),
        ModelStepKind.CompareRange => RangeAsync(store, model, step),
        ModelStepKind.CompareQuery => QueryAsync(store, model, step),
        ModelStepKind.CompareJournal => JournalAsync(store, model, step),
        ModelStepKind.CompareLocals => LocalsAsync(store, model, step),
        _ => throw new InvalidOperationException($"{step.Kind} compares nothing."),
    };

    public static async Task AllAsync(IStoreSnapshot store, ModelState model) =>
        Expect.Equal(await StoreText.DumpAsync(model), await StoreText.DumpAsync(store), "All that is held");

    private static async Task ChangesAsync(IStoreSnapshot store, ModelState model, ModelStep step)
    {
        var random = new Random(step.Seed);
        string scope = ModelSample.Scope(step);
        VersionVector known = ModelSample.Vector(random, model.Replicas.Count, 20);
        VersionVector upTo = ModelSample.Vector(random, model.Replicas.Count, 60);
        var budget = new ReadBudget(1 + random.Next(1000), random.Next(2) == 0 ? int.MaxValue : 1 + random.Next(6));
        ChangeSlice whole = await model.ReadChangesAsync(scope, new ChangeQuery(known, upTo, null, budget));
        var paged = new List<StoredRecord>();
        Dot? after = null;
        do
        {
            ChangeSlice page = await store.ReadChangesAsync(scope, new ChangeQuery(known, upTo, after, budget));
            Expect.That(page.Records.Count > 0 || page.Next is null, "a page that is not the last holds a record");
            Expect.That(
                page.Records.Count <= 1 || page.Records.Sum(record => (long)record.SizeBytes) <= budget.BytesMax,
                $"a page keeps to {budget}");
            Expect.That(page.Records.Count <= budget.CountMax, $"a page keeps to {budget}");
            Expect.That(after is null || page.Next is null || page.Next > after, "pages advance");
            paged.AddRange(page.Records);
            after = page.Next;
        }
        while (after is not null);

        // A record may come once for each of its siblings that match, but need not.
        Expect.Sequence(
            StoreText.Of(whole.Records).Distinct(),
            StoreText.Of(paged).Distinct(),
            $"Changes of {scope} outside {known} up to {upTo} in pages of {budget}");
    }

    private static async Task RangeAsync(IStoreSnapshot store, ModelState model, ModelStep step)
    {
        var random = new Random(step.Seed);
        var range = new KeyRange(
            random.Next(3) == 0 ? null : ModelSample.Key(random.Next(14)),
            random.Next(3) == 0 ? null : ModelSample.Key(random.Next(14)));
        var budget = new ReadBudget(1 + random.Next(1500), random.Next(2) == 0 ? int.MaxValue : 1 + random.Next(6));
        RangeSlice expected = await model.ReadRangeAsync(ModelSample.Scope(step), range, budget);
        RangeSlice actual = await store.ReadRangeAsync(ModelSample.Scope(step), range, budget);
        Expect.Sequence(StoreText.Of(expected.Records), StoreText.Of(actual.Records), $"The range {range} in {budget}");
        Expect.Equal(expected.IsLast, actual.IsLast, $"Whether the page of {range} in {budget} is the last");
    }

    private static async Task QueryAsync(IStoreSnapshot store, ModelState model, ModelStep step)
    {
        var random = new Random(step.Seed);
        string collection = ModelSample.Collections[random.Next(ModelSample.Collections.Length)];
        IndexDefinition[] schema = model.SchemaOf(collection) ?? [];
        IndexDefinition? order = schema.Length == 0 || random.Next(2) == 0 ? null : schema[random.Next(schema.Length)];
        var query = new RecordQuery(collection, 1 + random.Next(20))
        {
            Conditions = schema.Length == 0
                ? []
                : [.. Enumerable.Range(0, random.Next(3)).Select(
                    _ => Condition(random, schema[random.Next(schema.Length)]))],
            OrderBy = order?.Field,
            Descending = random.Next(2) == 0,
            After = random.Next(2) == 0
                ? null
                : new QueryPosition(
                    order is null ? IndexValue.Absent : ModelSample.Value(random, order.Type),
                    ModelSample.Key(random.Next(14)).Key),
        };
        Expect.Sequence(
            StoreText.Of(await model.QueryAsync(ModelSample.Scope(step), query)),
            StoreText.Of(await store.QueryAsync(ModelSample.Scope(step), query)),
            $"{query with { Conditions = [] }} where [{string.Join(" and ", query.Conditions)}]");
    }

    private static IndexCondition Condition(Random random, IndexDefinition index)
    {
        IndexValue? from = random.Next(3) == 0 ? null : ModelSample.Value(random, index.Type);
        IndexValue? to = random.Next(3) switch
        {
            0 => null,
            1 => from,
            _ => ModelSample.Value(random, index.Type),
        };
        return new IndexCondition(index.Field, from, to)
        {
            ExcludesFrom = random.Next(4) == 0,
            ExcludesTo = random.Next(4) == 0,
        };
    }

    private static async Task JournalAsync(IStoreSnapshot store, ModelState model, ModelStep step)
    {
        IReadOnlyList<JournalEntry> expected = await model.ReadJournalAsync(0, int.MaxValue);
        var paged = new List<JournalEntry>();
        IReadOnlyList<JournalEntry> page;
        do
        {
            page = await store.ReadJournalAsync(paged.Count == 0 ? 0 : paged[^1].Sequence, 1 + step.Seed % 5);
            paged.AddRange(page);
        }
        while (page.Count > 0 && paged.Count <= expected.Count);
        Expect.Sequence(expected.Select(StoreText.Of), paged.Select(StoreText.Of), "The journal");
        IEnumerable<long> sequences = paged.Select(entry => entry.Sequence);
        Expect.Sequence(sequences.Distinct().Order(), sequences, "The sequence numbers");
    }

    private static async Task LocalsAsync(IStoreSnapshot store, ModelState model, ModelStep step)
    {
        (string area, string key) = ModelSample.Local(step);
        int count = 1 + step.Seed % 4;
        Expect.Sequence(
            (await model.ListLocalAsync(area, key, count)).Select(StoreText.Of),
            (await store.ListLocalAsync(area, key, count)).Select(StoreText.Of),
            $"The local entries of '{area}' behind '{key}'");
        Expect.Equal(
            await TextAsync(model.GetLocalAsync(area, key)), await TextAsync(store.GetLocalAsync(area, key)),
            $"{area}/{key}");
    }

    private static async Task<string> TextAsync(ValueTask<ReadOnlyMemory<byte>?> value) =>
        await value is { } bytes ? StoreText.Of(bytes) : "none";
}
