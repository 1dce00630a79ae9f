using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Testing.Stores;

/// <summary>Adding records that may be held, and removing them.</summary>
internal static class AddingChecks
{
    public static IEnumerable<ConformanceCheck> All =>
    [
        new("Adding a record that is not held adds it", TryAddNewAsync),
        new("Adding a record that is held changes nothing", TryAddHeldAsync),
        new("Adding a record tells scopes, collections and keys apart", TryAddElsewhereAsync),
        new("Adding over a tombstone changes nothing; once it is removed, the record is new", TryAddTombstoneAsync),
        new("Removing a record removes its row and nothing else", RemoveAsync),
        new("Removing a record that is not held does nothing", RemoveAbsentAsync),
    ];

    private static async Task TryAddNewAsync(StoreProbe probe)
    {
        await probe.WriteAsync(async transaction =>
        {
            StoredRecord record = Sample.Record("a", transaction.NextDots());
            Expect.That(await transaction.TryAddAsync(Sample.Scope, record), "a record not held is added");
            Expect.That(!await transaction.TryAddAsync(Sample.Scope, record), "the same record is not added twice");
        });
        Expect.That(await probe.GetAsync(Sample.Key("a")) is not null, "the record is held");
    }

    private static async Task TryAddHeldAsync(StoreProbe probe)
    {
        await probe.DefineAsync(Sample.Collection, new IndexDefinition("n", IndexType.Integer));
        await probe.PutAsync(Sample.Scope, (Sample.Key("a"), Sample.Map(("n", 1))));
        await probe.WriteAsync(async transaction =>
        {
            StoredRecord other = Sample.Record(Sample.Key("a"), transaction.NextDots(), Sample.Map(("n", 2)));
            Expect.That(!await transaction.TryAddAsync(Sample.Scope, other), "a record held is not added");
        });
        StoredRecord? read = await probe.GetAsync(Sample.Key("a"));
        Expect.Equal(new Dot(0, 1), read!.Greatest.Dot, "The version held");
        ChangeSlice changes = await probe.ChangesAsync(
            VersionVector.Of(new Dot(0, 1)), VersionVector.Of(new Dot(0, 9)));
        Expect.Sequence([], StoreText.KeysOf(changes.Records), "Changes under the dot that was not added");
        var query = new RecordQuery(Sample.Collection, 9)
        {
            Conditions = [new IndexCondition("n", IndexValue.Of(2L), null)],
        };
        Expect.Sequence(
            [], StoreText.KeysOf(await probe.QueryAsync(query)), "Records with the value that was not added");
    }

    private static async Task TryAddElsewhereAsync(StoreProbe probe)
    {
        await probe.WriteAsync(async transaction =>
        {
            Expect.That(await AddAsync(Sample.Scope, Sample.Key("a")), "the first is added");
            Expect.That(
                await AddAsync(Sample.OtherScope, Sample.Key("a")), "the same key in another scope is another record");
            Expect.That(
                await AddAsync(Sample.Scope, Sample.Key("a", "grades")), "in another collection it is another record");
            Expect.That(await AddAsync(Sample.Scope, Sample.Key("b")), "another key is another record");

            async Task<bool> AddAsync(string scope, RecordKey key) => await transaction.TryAddAsync(
                scope, Sample.Record(key, transaction.NextDots(), Sample.Map()));
        });
        Expect.Equal(
            new Dot(0, 2), (await probe.GetAsync(Sample.Key("a"), Sample.OtherScope))!.Greatest.Dot, "The second");
        Expect.Equal(new Dot(0, 3), (await probe.GetAsync(Sample.Key("a", "grades")))!.Greatest.Dot, "The third");
    }

    private static async Task TryAddTombstoneAsync(StoreProbe probe)
    {
        await probe.WriteAsync(async transaction =>
        {
            await transaction.PutAsync(Sample.Scope, Sample.Tombstone("a", transaction.NextDots()));
            StoredRecord record = Sample.Record("a", transaction.NextDots());
            Expect.That(
                !await transaction.TryAddAsync(Sample.Scope, record), "a record held as a tombstone is not added");
            await transaction.RemoveAsync(Sample.Scope, Sample.Key("a"));
            Expect.That(await transaction.TryAddAsync(Sample.Scope, record), "a record removed is added");
        });
        Expect.Equal(new Dot(0, 2), (await probe.GetAsync(Sample.Key("a")))!.Greatest.Dot, "The version held");
    }

    private static async Task RemoveAsync(StoreProbe probe)
    {
        await probe.DefineAsync(Sample.Collection, new IndexDefinition("n", IndexType.Integer));
        await RecordChecks.PutVersionsAsync(probe, 2);
        await probe.PutAsync(Sample.Scope, (Sample.Key("b"), Sample.Map(("n", 5))));
        await probe.PutAsync(Sample.OtherScope, (Sample.Key("a"), Sample.Map(("n", 6))));
        await probe.WriteAsync(async transaction => await transaction.RemoveAsync(Sample.Scope, Sample.Key("a")));
        Expect.Equal(null, await probe.GetAsync(Sample.Key("a")), "The record removed");
        Expect.That(
            await probe.GetAsync(Sample.Key("a"), Sample.OtherScope) is not null, "its namesake elsewhere stays");
        ChangeSlice changes = await probe.ChangesAsync(VersionVector.Empty, VersionVector.Of(new Dot(0, 99)));
        Expect.Sequence(["b"], StoreText.KeysOf(changes.Records), "The changes");
        var query = new RecordQuery(Sample.Collection, 9) { OrderBy = "n" };
        Expect.Sequence(["b"], StoreText.KeysOf(await probe.QueryAsync(query)), "The index");
        await probe.WriteAsync(async transaction =>
            await transaction.PutAsync(Sample.Scope, Sample.Record("a", transaction.NextDots())));
        Expect.Equal(
            1, (await probe.GetAsync(Sample.Key("a")))!.Versions.Length, "The versions of the record put again");
    }

    private static async Task RemoveAbsentAsync(StoreProbe probe)
    {
        await probe.PutAsync(Sample.Scope, (Sample.Key("a"), Sample.Map()));
        string before = await probe.DumpAsync();
        await probe.WriteAsync(async transaction =>
        {
            await transaction.RemoveAsync(Sample.Scope, Sample.Key("b"));
            await transaction.RemoveAsync(Sample.OtherScope, Sample.Key("a"));
            await transaction.RemoveAsync(Sample.Scope, Sample.Key("a", "grades"));
        });
        Expect.Equal(before, await probe.DumpAsync(), "What the store holds");
    }
}
