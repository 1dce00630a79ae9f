using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Testing.Stores;

/// <summary>Reading records in key order.</summary>
internal static class RangeChecks
{
    // In the order of their UTF-8 bytes; ordinal UTF-16 order would put the last two before U+FF5E.
    private static readonly string[] Ordered =
        ["", "A", "Z", "a", "a ", "a0", "aa", "b", "z", "é", "Ж", "中", "\uFF5E", "\uFFFD", "𐀀", "😀"];

    private static readonly string[] XAndY = ["x", "y"];

    public static IEnumerable<ConformanceCheck> All =>
    [
        new("A range is in the order of the keys' UTF-8 bytes, characters beyond U+FFFF last", OrderAsync),
        new("Collections come one behind the other, in the order of their names", CollectionsAsync),
        new("A range begins behind one key and ends with the other", BoundsAsync),
        new("A range may span collections", SpanAsync),
        new("A range holds tombstones", TombstonesAsync),
        new("A range's page stops before the record that would exceed the bytes", BytesAsync),
        new("A range's page stops after the count, and the last says so", CountAsync),
        new("A range's page holds one record at least, however large", AtLeastOneAsync),
        new("A range's pages cover it once, in any budget", PagesAsync),
        new("Ranges of scopes do not mix", ScopesAsync),
        new("Keys alone come in the same order, tombstones' too, as many as were asked for", KeysAsync),
    ];

    private static async Task KeysAsync(StoreProbe probe)
    {
        await PutAsync(probe, "b", "d", "f", "h");
        await probe.PutAsync(Sample.Scope, [(Sample.Key("a", "bb"), Sample.Map())]);
        await using IStoreSnapshot snapshot = await probe.Store.ReadAsync();
        IReadOnlyList<RecordKey> first = await snapshot.ReadKeysAsync(Sample.Scope, KeyRange.All, 2);
        IReadOnlyList<RecordKey> all = await snapshot.ReadKeysAsync(Sample.Scope, KeyRange.All, 10);
        IReadOnlyList<RecordKey> some = await snapshot.ReadKeysAsync(Sample.Scope, Range("b", "f"), 10);
        IReadOnlyList<RecordKey> none = await snapshot.ReadKeysAsync("no/such", KeyRange.All, 10);
        Expect.Sequence(["bb/a", "notes/b"], first.Select(key => key.ToString()), "The first two keys");
        Expect.Sequence(
            ["bb/a", "notes/b", "notes/d", "notes/f", "notes/h"], all.Select(key => key.ToString()), "The keys");
        Expect.Sequence(["notes/d", "notes/f"], some.Select(key => key.ToString()), "The keys of a range");
        Expect.Equal(0, none.Count, "The keys of a scope that holds nothing");
    }

    private static async Task OrderAsync(StoreProbe probe)
    {
        IEnumerable<string> keys = Ordered.Where(key => key.Length > 0);
        await PutAsync(probe, [.. keys.Reverse()]);
        await ExpectAsync(probe, KeyRange.All, [.. keys]);
        foreach (string key in keys)
        {
            RangeSlice behind = await ReadAsync(probe, new KeyRange(Sample.Key(key), null), Sample.NoLimit);
            Expect.Sequence(
                keys.SkipWhile(other => other != key).Skip(1), StoreText.KeysOf(behind.Records),
                $"The keys behind '{key}'");
        }
    }

    private static async Task CollectionsAsync(StoreProbe probe)
    {
        string[] collections = ["a", "B", "b", "b-b", "b_b", "bb", "Z"];
        await probe.DefineAsync("bb", new IndexDefinition("n", IndexType.Integer));
        await probe.PutAsync(
            Sample.Scope,
            [.. collections.SelectMany(_ => XAndY, (name, key) => (Sample.Key(key, name), Sample.Map()))]);
        RangeSlice all = await ReadAsync(probe, KeyRange.All, Sample.NoLimit);
        Expect.Sequence(
            collections.Order(Utf8Bytes.Comparer).SelectMany(_ => XAndY, (name, key) => $"{name}/{key}"),
            all.Records.Select(record => record.Key.ToString()),
            "The records");
    }

    private static async Task BoundsAsync(StoreProbe probe)
    {
        await PutAsync(probe, "b", "d", "f");
        await ExpectAsync(probe, Range("b", "d"), "d");
        await ExpectAsync(probe, Range("a", "e"), "b", "d");
        await ExpectAsync(probe, Range(null, "d"), "b", "d");
        await ExpectAsync(probe, Range("d", null), "f");
        await ExpectAsync(probe, Range("f", null));
        await ExpectAsync(probe, Range("d", "d"));
        await ExpectAsync(probe, Range("f", "a"));
    }

    private static async Task SpanAsync(StoreProbe probe)
    {
        await probe.PutAsync(
            Sample.Scope,
            (Sample.Key("m", "a"), Sample.Map()), (Sample.Key("z", "a"), Sample.Map()),
            (Sample.Key("a", "b"), Sample.Map()), (Sample.Key("m", "b"), Sample.Map()),
            (Sample.Key("a", "c"), Sample.Map()));
        RangeSlice slice = await ReadAsync(
            probe, new KeyRange(Sample.Key("m", "a"), Sample.Key("b", "b")), Sample.NoLimit);
        Expect.Sequence(["a/z", "b/a"], slice.Records.Select(record => record.Key.ToString()), "The range");
        slice = await ReadAsync(probe, new KeyRange(Sample.Key("z", "a"), Sample.Key("a", "c")), Sample.NoLimit);
        Expect.Sequence(
            ["b/a", "b/m", "c/a"], slice.Records.Select(record => record.Key.ToString()), "The other range");
    }

    private static async Task TombstonesAsync(StoreProbe probe)
    {
        await PutAsync(probe, "a", "c");
        await probe.WriteAsync(async transaction =>
            await transaction.PutAsync(Sample.Scope, Sample.Tombstone("b", transaction.NextDots())));
        await ExpectAsync(probe, KeyRange.All, "a", "b", "c");
    }

    private static async Task BytesAsync(StoreProbe probe)
    {
        await PutAsync(probe, "a", "b", "c");
        int bytes = (await probe.GetAsync(Sample.Key("a")))!.SizeBytes;
        foreach ((int budget, int count) in new[] { (bytes, 1), (2 * bytes - 1, 1), (2 * bytes, 2), (3 * bytes, 3) })
        {
            RangeSlice slice = await ReadAsync(probe, KeyRange.All, new ReadBudget(budget));
            Expect.Equal(count, slice.Records.Count, $"The records of {bytes} bytes in a page of {budget}");
            Expect.Equal(count == 3, slice.IsLast, "Whether the page is the last");
        }
    }

    private static async Task CountAsync(StoreProbe probe)
    {
        await PutAsync(probe, "a", "b", "c");
        RangeSlice slice = await ReadAsync(probe, KeyRange.All, new ReadBudget(int.MaxValue, 2));
        Expect.Sequence(["a", "b"], StoreText.KeysOf(slice.Records), "The page");
        Expect.That(!slice.IsLast, "a page with a record behind it is not the last");
        slice = await ReadAsync(probe, KeyRange.All, new ReadBudget(int.MaxValue, 3));
        Expect.That(slice is { Records.Count: 3, IsLast: true }, "a page that just holds the rest is the last");
        slice = await ReadAsync(probe, Range(null, "b"), new ReadBudget(int.MaxValue, 2));
        Expect.That(slice is { Records.Count: 2, IsLast: true }, "what lies behind the range does not count");
    }

    private static async Task AtLeastOneAsync(StoreProbe probe)
    {
        await PutAsync(probe, "a", "b");
        RangeSlice slice = await ReadAsync(probe, KeyRange.All, new ReadBudget(1));
        Expect.Sequence(["a"], StoreText.KeysOf(slice.Records), "The page of one byte");
        Expect.That(!slice.IsLast, "the page of one byte is not the last");
    }

    private static async Task PagesAsync(StoreProbe probe)
    {
        string[] keys = [.. Enumerable.Range(0, 50).Select(i => $"k{i:d2}")];
        await probe.PutAsync(
            Sample.Scope,
            [.. keys.Select((key, i) => (Sample.Key(key), (ReadOnlyMemory<byte>)Sample.Bytes(i * 9 + 1)))]);
        foreach (ReadBudget budget in new ReadBudget[] { new(1), new(300), new(int.MaxValue, 7), new(2000, 3),
            new(100_000) })
        {
            var paged = new List<StoredRecord>();
            RangeSlice slice;
            do
            {
                RecordKey? after = paged.Count == 0 ? null : paged[^1].Key;
                slice = await ReadAsync(probe, new KeyRange(after, Sample.Key("k45")), budget);
                paged.AddRange(slice.Records);
            }
            while (!slice.IsLast && paged.Count <= keys.Length);
            Expect.Sequence(keys[..46], StoreText.KeysOf(paged), $"All pages of {budget}");
        }
    }

    private static async Task ScopesAsync(StoreProbe probe)
    {
        await PutAsync(probe, "a", "c");
        await probe.PutAsync(Sample.OtherScope, (Sample.Key("b"), Sample.Map()));
        await ExpectAsync(probe, KeyRange.All, "a", "c");
    }

    private static KeyRange Range(string? after, string? upTo) =>
        new(after is null ? null : Sample.Key(after), upTo is null ? null : Sample.Key(upTo));

    private static Task PutAsync(StoreProbe probe, params string[] keys) =>
        probe.PutAsync(Sample.Scope, [.. keys.Select(key => (Sample.Key(key), Sample.Map(("n", 1))))]);

    private static Task<RangeSlice> ReadAsync(StoreProbe probe, KeyRange range, ReadBudget budget) =>
        probe.ReadAsync(snapshot => snapshot.ReadRangeAsync(Sample.Scope, range, budget, probe.Token).AsTask());

    private static async Task ExpectAsync(StoreProbe probe, KeyRange range, params string[] keys)
    {
        RangeSlice slice = await ReadAsync(probe, range, Sample.NoLimit);
        Expect.Sequence(keys, StoreText.KeysOf(slice.Records), $"The records of {range}");
        Expect.That(slice.IsLast, "a page without limits is the last");
    }
}
