using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Testing.Stores;

/// <summary>Finding what changed by knowledge.</summary>
internal static class ChangeChecks
{
    public static IEnumerable<ConformanceCheck> All =>
    [
        new("Changes are the records with a dot outside what is known", KnownAsync),
        new("Changes are only those that the upper bound claims", UpToAsync),
        new("Changes of many writers come in packed order, each writer from what is known of it", ManyWritersAsync),
        new("Dots that were superseded or removed are not found", SupersededAsync),
        new("Tombstones are changes", TombstonesAsync),
        new("A record is found by any of its siblings, and comes whole", SiblingsAsync),
        new("Changes of several collections come together", CollectionsAsync),
        new("Changes of other scopes do not mix in", ScopesAsync),
        new("A page stops before the record that would exceed the bytes", BytesAsync),
        new("A page holds one record at least, however large", AtLeastOneAsync),
        new("A page stops after the count", CountAsync),
        new("Pages cover all changes once, in any budget", PagesAsync),
        new("The last page says so, even where it is full", LastPageAsync),
        new("A place that no longer holds a dot can be gone on from", ResumeBehindRemovedAsync),
    ];

    private static VersionVector Vector(params (int Replica, long Counter)[] entries) =>
        VersionVector.Of([.. entries.Select(entry => new Dot(entry.Replica, entry.Counter))]);

    private static async Task KnownAsync(StoreProbe probe)
    {
        await PutAsync(probe, "a", "b", "c", "d");
        VersionVector all = Vector((0, 4));
        await ExpectAsync(probe, VersionVector.Empty, all, "a", "b", "c", "d");
        await ExpectAsync(probe, Vector((0, 2)), all, "c", "d");
        await ExpectAsync(probe, Vector((0, 4)), all);
        await ExpectAsync(probe, Vector((0, 99)), all);
        await ExpectAsync(probe, Vector((5, 9)), all, "a", "b", "c", "d");
    }

    private static async Task UpToAsync(StoreProbe probe)
    {
        await PutAsync(probe, "a", "b", "c", "d");
        await ExpectAsync(probe, VersionVector.Empty, Vector((0, 2)), "a", "b");
        await ExpectAsync(probe, Vector((0, 1)), Vector((0, 3)), "b", "c");
        await ExpectAsync(probe, VersionVector.Empty, VersionVector.Empty);
        await ExpectAsync(probe, VersionVector.Empty, Vector((3, 9)));
        await ExpectAsync(probe, VersionVector.Empty, Vector((0, 99), (3, 9)), "a", "b", "c", "d");
        await ExpectAsync(probe, Vector((0, 3)), Vector((0, 2)));
    }

    private static async Task ManyWritersAsync(StoreProbe probe)
    {
        await probe.WriteAsync(async transaction =>
        {
            for (int peer = 1; peer <= 3; peer++)
            {
                int index = await transaction.InternAsync(Sample.Peer(peer));
                for (int counter = 3; counter >= 1; counter--)
                {
                    await transaction.PutAsync(
                        Sample.Scope, Sample.Record($"{(char)('z' - peer)}{counter}", new Dot(index, counter * 10)));
                }
            }
        });
        VersionVector all = Vector((1, 99), (2, 99), (3, 99));
        await ExpectAsync(
            probe, VersionVector.Empty, all, "y1", "y2", "y3", "x1", "x2", "x3", "w1", "w2", "w3");
        await ExpectAsync(probe, Vector((1, 10), (2, 30)), all, "y2", "y3", "w1", "w2", "w3");
        await ExpectAsync(probe, Vector((2, 15)), Vector((1, 9), (2, 20), (3, 10)), "x2", "w1");
    }

    private static async Task SupersededAsync(StoreProbe probe)
    {
        await PutAsync(probe, "a", "b", "c");
        await PutAsync(probe, "a");
        await probe.WriteAsync(async transaction => await transaction.RemoveAsync(Sample.Scope, Sample.Key("b")));
        await ExpectAsync(probe, VersionVector.Empty, Vector((0, 3)), "c");
        await ExpectAsync(probe, VersionVector.Empty, Vector((0, 4)), "c", "a");
    }

    private static async Task TombstonesAsync(StoreProbe probe)
    {
        await PutAsync(probe, "a", "b");
        await probe.WriteAsync(async transaction =>
            await transaction.PutAsync(Sample.Scope, Sample.Tombstone("a", transaction.NextDots())));
        ChangeSlice changes = await probe.ChangesAsync(Vector((0, 2)), Vector((0, 3)));
        Expect.Sequence(["a"], StoreText.KeysOf(changes.Records), "The changes");
        Expect.That(changes.Records[0].Greatest.IsTombstone, "the change is the tombstone");
    }

    private static async Task SiblingsAsync(StoreProbe probe)
    {
        StoredRecord? written = null;
        await probe.WriteAsync(async transaction =>
        {
            int peer = await transaction.InternAsync(Sample.Peer(1));
            written = Sample.Record(
                Sample.Key("a"),
                Sample.Version(new Dot(peer, 5), Sample.Map(("n", 1)), 1),
                Sample.Version(transaction.NextDots(), Sample.Map(("n", 2)), 2),
                Sample.Version(new Dot(peer, 7), Sample.Map(("n", 3)), 3));
            await transaction.PutAsync(Sample.Scope, written);
            await transaction.PutAsync(Sample.Scope, Sample.Record("b", new Dot(peer, 6)));
        });
        VersionVector all = Vector((0, 9), (1, 9));
        VersionVector[] knownBut = [Vector((0, 9), (1, 6)), Vector((1, 9))];
        foreach (VersionVector known in knownBut)
        {
            ChangeSlice changes = await probe.ChangesAsync(known, all);
            Expect.Sequence([StoreText.Of(written)], StoreText.Of(changes.Records), $"The changes outside {known}");
        }

        ChangeSlice bounded = await probe.ChangesAsync(VersionVector.Empty, Vector((0, 9)));
        Expect.Sequence([StoreText.Of(written)], StoreText.Of(bounded.Records), "The changes by the one dot claimed");
        ChangeSlice every = await probe.ChangesAsync(VersionVector.Empty, all);
        Expect.Sequence(["a", "b"], StoreText.KeysOf(every.Records).Distinct(), "All changes");
        Expect.That(
            every.Records.Count(record => record.Key.Key == "a") <= 3,
            "a record comes no oftener than it has siblings");
        await ExpectAsync(probe, Vector((0, 9), (1, 9)), all);
        await ExpectAsync(probe, Vector((0, 9), (1, 5)), Vector((0, 9), (1, 6)), "b");
    }

    private static async Task CollectionsAsync(StoreProbe probe)
    {
        await probe.DefineAsync("grades", new IndexDefinition("n", IndexType.Integer));
        await probe.PutAsync(
            Sample.Scope,
            (Sample.Key("a", "notes"), Sample.Map()),
            (Sample.Key("a", "grades"), Sample.Map()),
            (Sample.Key("b", "undeclared"), Sample.Map()),
            (Sample.Key("a", "Zeta"), Sample.Map()));
        ChangeSlice changes = await probe.ChangesAsync(VersionVector.Empty, Vector((0, 9)));
        Expect.Sequence(
            ["notes/a", "grades/a", "undeclared/b", "Zeta/a"],
            changes.Records.Select(record => record.Key.ToString()),
            "The changes");
    }

    private static async Task ScopesAsync(StoreProbe probe)
    {
        await probe.PutAsync(Sample.Scope, (Sample.Key("a"), Sample.Map()));
        await probe.PutAsync(Sample.OtherScope, (Sample.Key("b"), Sample.Map()), (Sample.Key("a"), Sample.Map()));
        await probe.PutAsync(Sample.Scope, (Sample.Key("c"), Sample.Map()));
        await ExpectAsync(probe, VersionVector.Empty, Vector((0, 9)), "a", "c");
        ChangeSlice other = await probe.ChangesAsync(VersionVector.Empty, Vector((0, 9)), scope: Sample.OtherScope);
        Expect.Sequence(["b", "a"], StoreText.KeysOf(other.Records), "The other scope's changes");
        ChangeSlice none = await probe.ChangesAsync(VersionVector.Empty, Vector((0, 9)), scope: "course");
        Expect.Sequence([], StoreText.KeysOf(none.Records), "The changes of a scope whose name is a part of theirs");
    }

    private static async Task BytesAsync(StoreProbe probe)
    {
        await PutAsync(probe, "a", "b", "c", "d");
        int bytes = (await probe.GetAsync(Sample.Key("a")))!.SizeBytes;
        foreach ((int budget, int count) in new[] { (bytes, 1), (2 * bytes - 1, 1), (2 * bytes, 2),
            (3 * bytes + 1, 3) })
        {
            ChangeSlice slice = await probe.ChangesAsync(
                VersionVector.Empty, Vector((0, 9)), budget: new ReadBudget(budget));
            Expect.Equal(count, slice.Records.Count, $"The records of {bytes} bytes in a page of {budget}");
            Expect.Equal(new Dot(0, count), slice.Next, "Where to go on");
        }
    }

    private static async Task AtLeastOneAsync(StoreProbe probe)
    {
        await PutAsync(probe, "a", "b");
        ChangeSlice first = await probe.ChangesAsync(VersionVector.Empty, Vector((0, 9)), budget: new ReadBudget(1));
        Expect.Sequence(["a"], StoreText.KeysOf(first.Records), "The first page");
        ChangeSlice second = await probe.ChangesAsync(
            VersionVector.Empty, Vector((0, 9)), first.Next, new ReadBudget(1));
        Expect.Sequence(["b"], StoreText.KeysOf(second.Records), "The second page");
        Expect.Equal(null, second.Next, "Where to go on from the second");
    }

    private static async Task CountAsync(StoreProbe probe)
    {
        await PutAsync(probe, "a", "b", "c");
        ChangeSlice slice = await probe.ChangesAsync(
            VersionVector.Empty, Vector((0, 9)), budget: new ReadBudget(int.MaxValue, 2));
        Expect.Sequence(["a", "b"], StoreText.KeysOf(slice.Records), "The page");
        Expect.Equal(new Dot(0, 2), slice.Next, "Where to go on");
    }

    private static async Task PagesAsync(StoreProbe probe)
    {
        await probe.WriteAsync(async transaction =>
        {
            for (int i = 0; i < 40; i++)
            {
                int index = await transaction.InternAsync(Sample.Peer(i % 3));
                await transaction.PutAsync(
                    Sample.Scope,
                    Sample.Record(
                        Sample.Key($"k{i * 7 % 40:d2}"), new Dot(index, i + 1), Sample.Bytes(i % 5 * 40 + 1)));
            }
        });
        VersionVector known = Vector((1, 5), (3, 12));
        VersionVector upTo = Vector((1, 99), (2, 30), (3, 99));
        ChangeSlice all = await probe.ChangesAsync(known, upTo);
        foreach (ReadBudget budget in new ReadBudget[] { new(1), new(200), new(450), new(int.MaxValue, 1), new(900, 4),
            new(5000) })
        {
            var paged = new List<StoredRecord>();
            Dot? after = null;
            do
            {
                ChangeSlice page = await probe.ChangesAsync(known, upTo, after, budget);
                Expect.That(page.Records.Count > 0, "a page that comes holds a record");
                Expect.That(page.Next is null || after is null || page.Next > after, "pages advance");
                paged.AddRange(page.Records);
                after = page.Next;
            }
            while (after is not null);
            Expect.Sequence(StoreText.Of(all.Records), StoreText.Of(paged), $"All pages of {budget}");
        }
    }

    private static async Task LastPageAsync(StoreProbe probe)
    {
        await PutAsync(probe, "a", "b");
        int bytes = (await probe.GetAsync(Sample.Key("a")))!.SizeBytes;
        foreach (ReadBudget full in new ReadBudget[] { new(2 * bytes), new(int.MaxValue, 2) })
        {
            ChangeSlice slice = await probe.ChangesAsync(VersionVector.Empty, Vector((0, 9)), budget: full);
            Expect.Equal(2, slice.Records.Count, "The records of a page that is just full");
            Expect.Equal(null, slice.Next, "Where to go on from the last page");
        }
    }

    private static async Task ResumeBehindRemovedAsync(StoreProbe probe)
    {
        await PutAsync(probe, "a", "b", "c");
        ChangeSlice first = await probe.ChangesAsync(
            VersionVector.Empty, Vector((0, 3)), budget: new ReadBudget(int.MaxValue, 2));
        await PutAsync(probe, "b");
        ChangeSlice second = await probe.ChangesAsync(VersionVector.Empty, Vector((0, 3)), first.Next);
        Expect.Sequence(["c"], StoreText.KeysOf(second.Records), "The page behind a dot superseded meanwhile");
        ChangeSlice past = await probe.ChangesAsync(VersionVector.Empty, Vector((0, 4)), new Dot(7, 1));
        Expect.Sequence([], StoreText.KeysOf(past.Records), "The page behind every dot");
    }

    private static Task PutAsync(StoreProbe probe, params string[] keys) =>
        probe.PutAsync(Sample.Scope, [.. keys.Select(key => (Sample.Key(key), Sample.Map(("n", 1))))]);

    private static async Task ExpectAsync(
        StoreProbe probe, VersionVector known, VersionVector upTo, params string[] keys)
    {
        ChangeSlice slice = await probe.ChangesAsync(known, upTo);
        Expect.Sequence(keys, StoreText.KeysOf(slice.Records), $"The changes outside {known} up to {upTo}");
        Expect.Equal(null, slice.Next, "Where to go on from the last part");
    }
}
