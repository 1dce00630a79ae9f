using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Testing.Stores;

/// <summary>Putting and getting records.</summary>
internal static class RecordChecks
{
    public static IEnumerable<ConformanceCheck> All =>
    [
        new("A record is read back byte for byte", ReadBackAsync),
        new("Siblings are read back in their order", SiblingsAsync),
        new("A put replaces all versions of a record together", PutReplacesAllAsync),
        new("A put replaces conflict-free state, with an empty one too", ReplacesConflictFreeAsync),
        new("Empty and set authors, annotations and conflict-free states are told apart", EmptyAndSetAsync),
        new("The greatest dots and timestamps are read back", GreatestValuesAsync),
        new("A payload of 1 MB is read back", LargePayloadAsync),
        new("A tombstone is a record", TombstoneAsync),
        new("Names that differ in case only name different records", CaseAsync),
        new("The longest names, and names in any script, are read back", NamesAsync),
        new("Records of collections never declared are kept, whatever their payloads", UndeclaredAsync),
        new("Many records in one commit are all read back", ManyAsync),
    ];

    private static async Task ReadBackAsync(StoreProbe probe)
    {
        ReadOnlyMemory<byte> payload = Sample.Map(("text", "grüße"), ("n", 5));
        await probe.WriteAsync(async transaction =>
        {
            var version = new RecordVersion(
                transaction.NextDots(), new HybridTimestamp(0x0001_8F00_1234_0007), "ada@example.org", payload,
                Sample.Bytes(33));
            StoredRecord record = Sample.Record(Sample.Key("a"), version) with { ConflictFree = Sample.Bytes(44) };
            await transaction.PutAsync(Sample.Scope, record);
        });
        StoredRecord? read = await probe.GetAsync(Sample.Key("a"));
        Expect.That(read is not null, "the record is held");
        Expect.Equal(Sample.Key("a"), read!.Key, "Its key");
        RecordVersion one = read.Greatest;
        Expect.Equal(1, read.Versions.Length, "Its versions");
        Expect.Equal(new Dot(0, 1), one.Dot, "Its dot");
        Expect.Equal(0x0001_8F00_1234_0007UL, one.Timestamp.Value, "Its timestamp");
        Expect.Equal("ada@example.org", one.Author, "Its author");
        Expect.Sequence(payload.ToArray(), one.Payload.ToArray(), "Its payload");
        Expect.Sequence(Sample.Bytes(33), one.Annotations.ToArray(), "Its annotations");
        Expect.Sequence(Sample.Bytes(44), read.ConflictFree.ToArray(), "Its conflict-free state");
        Expect.Sequence(payload.ToArray(), read.Visible.ToArray(), "What it makes visible by default");
    }

    private static async Task SiblingsAsync(StoreProbe probe)
    {
        StoredRecord? written = null;
        await probe.WriteAsync(async transaction =>
        {
            int peer = await transaction.InternAsync(Sample.Peer(1));
            int other = await transaction.InternAsync(Sample.Peer(2));
            written = Sample.Record(
                Sample.Key("a"),
                new RecordVersion(new Dot(other, 9), Sample.Time(1), "bob", default, Sample.Bytes(5)),
                new RecordVersion(transaction.NextDots(), Sample.Time(2), "", Sample.Map(("n", 1))),
                new RecordVersion(new Dot(peer, 4), Sample.Time(3), "eve", Sample.Map(("n", 2)))) with
            {
                ConflictFree = Sample.Bytes(7),
            };
            await transaction.PutAsync(Sample.Scope, written);
        });
        Expect.Equal(StoreText.Of(written), StoreText.Of(await probe.GetAsync(Sample.Key("a"))), "The record");
    }

    private static async Task PutReplacesAllAsync(StoreProbe probe)
    {
        await PutVersionsAsync(probe, 3);
        foreach (int count in new[] { 1, 4, 2, 2 })
        {
            StoredRecord written = await PutVersionsAsync(probe, count);
            Expect.Equal(
                StoreText.Of(written), StoreText.Of(await probe.GetAsync(Sample.Key("a"))),
                $"The record of {count} versions");
            RangeSlice all = await probe.ReadAsync(snapshot =>
                snapshot.ReadRangeAsync(Sample.Scope, KeyRange.All, Sample.NoLimit).AsTask());
            Expect.Sequence([StoreText.Of(written)], StoreText.Of(all.Records), "The records of the scope");
        }
    }

    /// <summary>Puts one record with so many versions.</summary>
    public static async Task<StoredRecord> PutVersionsAsync(StoreProbe probe, int count)
    {
        StoredRecord? record = null;
        await probe.WriteAsync(async transaction =>
        {
            RecordVersion[] versions = [.. Enumerable.Range(0, count)
                .Select(number => Sample.Version(transaction.NextDots(), Sample.Map(("n", number))))];
            record = Sample.Record(Sample.Key("a"), versions);
            await transaction.PutAsync(Sample.Scope, record);
        });
        return record!;
    }

    private static async Task ReplacesConflictFreeAsync(StoreProbe probe)
    {
        foreach (int length in new[] { 10, 20, 0, 5 })
        {
            await probe.WriteAsync(async transaction => await transaction.PutAsync(
                Sample.Scope, Sample.Record("a", transaction.NextDots()) with { ConflictFree = Sample.Bytes(length) }));
            StoredRecord? read = await probe.GetAsync(Sample.Key("a"));
            Expect.Sequence(
                Sample.Bytes(length), read!.ConflictFree.ToArray(), $"The conflict-free state of {length} bytes");
        }
    }

    private static async Task EmptyAndSetAsync(StoreProbe probe)
    {
        foreach (int choice in Enumerable.Range(0, 8))
        {
            StoredRecord? written = null;
            await probe.WriteAsync(async transaction =>
            {
                var version = new RecordVersion(
                    transaction.NextDots(), Sample.Time(1), (choice & 1) == 0 ? "" : "ada", Sample.Map(),
                    Sample.Bytes(choice & 2));
                written = Sample.Record(Sample.Key($"k{choice}"), version);
                written = written with { ConflictFree = Sample.Bytes(choice & 4) };
                await transaction.PutAsync(Sample.Scope, written);
            });
            Expect.Equal(StoreText.Of(written), StoreText.Of(await probe.GetAsync(written!.Key)), "The record");
        }
    }

    private static async Task GreatestValuesAsync(StoreProbe probe)
    {
        StoredRecord? written = null;
        await probe.WriteAsync(async transaction =>
        {
            int peer = await transaction.InternAsync(Sample.Peer(1));
            var version = new RecordVersion(
                new Dot(peer, Dot.CounterMax), new HybridTimestamp(ulong.MaxValue), "ada", Sample.Map());
            written = Sample.Record(Sample.Key("a"), version);
            await transaction.PutAsync(Sample.Scope, written);
            transaction.AdvanceClock(new HybridTimestamp(ulong.MaxValue));
        });
        Expect.Equal(StoreText.Of(written), StoreText.Of(await probe.GetAsync(Sample.Key("a"))), "The record");
        HybridTimestamp clock = await probe.ReadAsync(snapshot => Task.FromResult(snapshot.Clock));
        Expect.Equal(ulong.MaxValue, clock.Value, "The clock");
        ChangeSlice changes = await probe.ChangesAsync(
            VersionVector.Of(new Dot(1, Dot.CounterMax - 1)), VersionVector.Of(new Dot(1, Dot.CounterMax)));
        Expect.Sequence(["a"], StoreText.KeysOf(changes.Records), "The changes");
    }

    private static async Task LargePayloadAsync(StoreProbe probe)
    {
        byte[] payload = Sample.Map(("text", new string('x', 1 << 20))).ToArray();
        await probe.WriteAsync(async transaction =>
        {
            var version = new RecordVersion(
                transaction.NextDots(), Sample.Time(1), "ada", payload, Sample.Bytes(1 << 20));
            await transaction.PutAsync(
                Sample.Scope, Sample.Record(Sample.Key("a"), version) with { ConflictFree = Sample.Bytes(1 << 20, 2) });
        });
        StoredRecord? read = await probe.GetAsync(Sample.Key("a"));
        Expect.That(read!.Greatest.Payload.Span.SequenceEqual(payload), "the payload is the same");
        Expect.That(
            read.Greatest.Annotations.Span.SequenceEqual(Sample.Bytes(1 << 20)), "the annotations are the same");
        Expect.That(
            read.ConflictFree.Span.SequenceEqual(Sample.Bytes(1 << 20, 2)), "the conflict-free state is the same");
    }

    private static async Task TombstoneAsync(StoreProbe probe)
    {
        await probe.PutAsync(Sample.Scope, (Sample.Key("a"), Sample.Map(("n", 1))));
        await probe.WriteAsync(async transaction =>
            await transaction.PutAsync(Sample.Scope, Sample.Tombstone("a", transaction.NextDots())));
        StoredRecord? read = await probe.GetAsync(Sample.Key("a"));
        Expect.That(read is { Versions: [{ IsTombstone: true }] }, "a deleted record is read as its tombstone");
        Expect.Equal(new Dot(0, 2), read!.Greatest.Dot, "The tombstone's dot");
    }

    private static async Task CaseAsync(StoreProbe probe)
    {
        await probe.DefineAsync("notes", new IndexDefinition("n", IndexType.Integer));
        await probe.DefineAsync("Notes", new IndexDefinition("n", IndexType.Integer));
        await probe.PutAsync(
            "a", (Sample.Key("k"), Sample.Map(("n", 1))), (Sample.Key("K"), Sample.Map(("n", 2))),
            (Sample.Key("k", "Notes"), Sample.Map(("n", 3))));
        await probe.PutAsync("A", (Sample.Key("k"), Sample.Map(("n", 4))));
        Expect.Equal(2, (await probe.QueryAsync(new RecordQuery("notes", 9), "a")).Count, "Records of 'notes' in 'a'");
        Expect.Equal(1, (await probe.QueryAsync(new RecordQuery("Notes", 9), "a")).Count, "Records of 'Notes' in 'a'");
        Expect.Equal(1, (await probe.QueryAsync(new RecordQuery("notes", 9), "A")).Count, "Records of 'notes' in 'A'");
        Expect.Equal(new Dot(0, 2), (await probe.GetAsync(Sample.Key("K"), "a"))!.Greatest.Dot, "The record 'K'");
    }

    private static async Task NamesAsync(StoreProbe probe)
    {
        string[] keys =
        [
            new('k', RecordNames.KeyBytesMax), string.Concat(Enumerable.Repeat("😀", RecordNames.KeyBytesMax / 4)), " ",
            "a/b'c\"d%_",
            "Ægir", "日本", "é", "e\u0301", "\uFFFD", "\u007F", "null", "a;--",
        ];
        string[] scopes = [new('s', RecordNames.ScopeBytesMax), "курс/А", "a'b", "%"];
        foreach (string scope in scopes)
        {
            await probe.PutAsync(
                scope, [.. keys.Select(key => (Sample.Key(key, new string('C', 63)), Sample.Map(("k", key))))]);
        }

        foreach (string scope in scopes)
        {
            foreach (string key in keys)
            {
                StoredRecord? read = await probe.GetAsync(Sample.Key(key, new string('C', 63)), scope);
                Expect.Equal(
                    StoreText.Of(Sample.Map(("k", key))), StoreText.Of(read?.Visible ?? default), $"{scope} {key}");
            }
        }

        IReadOnlyList<string> listed = await probe.ReadAsync(snapshot => snapshot.ListScopesAsync().AsTask());
        Expect.Sequence(scopes.Order(Utf8Bytes.Comparer), listed, "The scopes");
    }

    private static async Task UndeclaredAsync(StoreProbe probe)
    {
        byte[] payload = [0xC1, 0xFF, 0x00];
        await probe.PutAsync(Sample.Scope, (Sample.Key("a", "undeclared"), payload));
        StoredRecord? read = await probe.GetAsync(Sample.Key("a", "undeclared"));
        Expect.Sequence(payload, read!.Greatest.Payload.ToArray(), "The payload");
        IReadOnlyList<StoredRecord> found = await probe.QueryAsync(new RecordQuery("undeclared", 9));
        Expect.Sequence(["a"], StoreText.KeysOf(found), "A query by key order");
    }

    private static async Task ManyAsync(StoreProbe probe)
    {
        const int RecordCount = 2000;
        await probe.PutAsync(
            Sample.Scope,
            [.. Enumerable.Range(0, RecordCount).Select(
                i => (Sample.Key($"k{i * 7919 % RecordCount:d5}"), Sample.Map(("n", i))))]);
        RangeSlice range = await probe.ReadAsync(snapshot =>
            snapshot.ReadRangeAsync(Sample.Scope, KeyRange.All, Sample.NoLimit).AsTask());
        Expect.Sequence(
            Enumerable.Range(0, RecordCount).Select(i => $"k{i:d5}"), StoreText.KeysOf(range.Records), "The keys");
        ChangeSlice changes = await probe.ChangesAsync(VersionVector.Empty, VersionVector.Of(new Dot(0, RecordCount)));
        Expect.Sequence(
            Enumerable.Range(0, RecordCount).Select(i => $"k{i * 7919 % RecordCount:d5}"),
            StoreText.KeysOf(changes.Records),
            "The changes");
    }
}
