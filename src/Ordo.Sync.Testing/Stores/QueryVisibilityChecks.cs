using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;
using static Ordo.Sync.Testing.Stores.QueryProbe;

namespace Ordo.Sync.Testing.Stores;

/// <summary>Which records a query finds: those shown to readers, as they stand now, of one scope and collection.</summary>
internal static class QueryVisibilityChecks
{
    public static IEnumerable<ConformanceCheck> All =>
    [
        new("Deleted records are not found", DeletedAsync),
        new("The index follows what a put changes", FollowsPutAsync),
        new("What a record makes visible is what is indexed", VisibleAsync),
        new("A record that makes nothing visible is not found, one that does is", VisibleEmptyAsync),
        new("Queries of scopes and collections do not mix", SeparateAsync),
        new("A query over a scope or collection without records finds nothing", NothingAsync),
        new("A record with siblings is found once", SiblingsAsync),
    ];

    private static async Task DeletedAsync(StoreProbe probe)
    {
        await DefineAsync(probe, ("a", 1), ("b", 1));
        await probe.WriteAsync(async transaction =>
            await transaction.PutAsync(Sample.Scope, Sample.Tombstone("a", transaction.NextDots())));
        await ExpectAsync(probe, new RecordQuery(Sample.Collection, 9), "b");
        await ExpectAsync(probe, Where("n", IndexValue.Of(1L), IndexValue.Of(1L)), "b");
        await ExpectAsync(probe, Where("n", IndexValue.Absent, IndexValue.Absent));
        await ExpectAsync(probe, new RecordQuery(Sample.Collection, 9) { OrderBy = "n" }, "b");
        await probe.PutAsync(Sample.Scope, (Sample.Key("a"), Sample.Map(("n", 1))));
        await ExpectAsync(probe, Where("n", IndexValue.Of(1L), IndexValue.Of(1L)), "a", "b");
    }

    private static async Task FollowsPutAsync(StoreProbe probe)
    {
        await DefineAsync(probe, ("a", 1), ("b", 2));
        await probe.PutAsync(Sample.Scope, (Sample.Key("a"), Sample.Map(("n", 2))), (Sample.Key("b"), Sample.Map()));
        await ExpectAsync(probe, Where("n", IndexValue.Of(1L), IndexValue.Of(1L)));
        await ExpectAsync(probe, Where("n", IndexValue.Of(2L), IndexValue.Of(2L)), "a");
        await ExpectAsync(probe, Where("n", IndexValue.Absent, IndexValue.Absent), "b");
    }

    private static async Task VisibleAsync(StoreProbe probe)
    {
        await probe.DefineAsync(Sample.Collection, Indexes);
        await probe.WriteAsync(async transaction => await transaction.PutAsync(
            Sample.Scope,
            Sample.Showing(
                Sample.Map(("n", 2)), Sample.Record(Sample.Key("a"), transaction.NextDots(), Sample.Map(("n", 1))))));
        await ExpectAsync(probe, Where("n", IndexValue.Of(1L), IndexValue.Of(1L)));
        await ExpectAsync(probe, Where("n", IndexValue.Of(2L), IndexValue.Of(2L)), "a");
        StoredRecord? read = await probe.GetAsync(Sample.Key("a"));
        Expect.Equal(
            StoreText.Of(Sample.Map(("n", 1))), StoreText.Of(read!.Greatest.Payload),
            "The payload, which stays what it is");
    }

    private static async Task VisibleEmptyAsync(StoreProbe probe)
    {
        await probe.DefineAsync(Sample.Collection, Indexes);
        await probe.WriteAsync(async transaction =>
        {
            await transaction.PutAsync(
                Sample.Scope,
                Sample.Showing(default, Sample.Record(Sample.Key("a"), transaction.NextDots(), Sample.Map(("n", 1)))));
            await transaction.PutAsync(
                Sample.Scope, Sample.Tombstone("b", transaction.NextDots()) with { Visible = Sample.Map(("n", 1)) });
        });
        await ExpectAsync(probe, new RecordQuery(Sample.Collection, 9), "b");
        await ExpectAsync(probe, Where("n", IndexValue.Of(1L), IndexValue.Of(1L)), "b");
        await ExpectAsync(probe, new RecordQuery(Sample.Collection, 9) { OrderBy = "n" }, "b");
        Expect.That(
            await probe.GetAsync(Sample.Key("a")) is not null, "a record that counts as deleted is read by key");
    }

    private static async Task SeparateAsync(StoreProbe probe)
    {
        await DefineAsync(probe, ("a", 1));
        await probe.DefineAsync("grades", new IndexDefinition("n", IndexType.Integer));
        await probe.PutAsync(Sample.Scope, (Sample.Key("b", "grades"), Sample.Map(("n", 1))));
        await probe.PutAsync(Sample.OtherScope, (Sample.Key("c"), Sample.Map(("n", 1))));
        await ExpectAsync(probe, Where("n", IndexValue.Of(1L), null), "a");
        await ExpectAsync(probe, new RecordQuery(Sample.Collection, 9), "a");
        await ExpectAsync(probe, new RecordQuery(Sample.Collection, 9) { Descending = true }, "a");
        await ExpectAsync(probe, new RecordQuery("grades", 9) { OrderBy = "n", Descending = true }, "b");
    }

    private static async Task NothingAsync(StoreProbe probe)
    {
        await probe.DefineAsync(Sample.Collection, Indexes);
        await ExpectAsync(probe, new RecordQuery(Sample.Collection, 9));
        await ExpectAsync(probe, Where("n", null, null) with { OrderBy = "n" });
        await ExpectAsync(probe, new RecordQuery("undeclared", 9));
    }

    private static async Task SiblingsAsync(StoreProbe probe)
    {
        await probe.DefineAsync(Sample.Collection, Indexes);
        await probe.WriteAsync(async transaction =>
        {
            int peer = await transaction.InternAsync(Sample.Peer(1));
            await transaction.PutAsync(Sample.Scope, Sample.Record(
                Sample.Key("a"),
                Sample.Version(new Dot(peer, 9), Sample.Map(("n", 1)), 1),
                Sample.Version(transaction.NextDots(), Sample.Map(("n", 2)), 2)));
            await transaction.PutAsync(Sample.Scope, Sample.Record(
                Sample.Key("b"),
                Sample.Version(new Dot(peer, 8), Sample.Map(("n", 1)), 1),
                Sample.Version(transaction.NextDots(), default, 2)));
        });
        IReadOnlyList<StoredRecord> found = await probe.QueryAsync(new RecordQuery(Sample.Collection, 9));
        Expect.Sequence(["a"], StoreText.KeysOf(found), "The records whose greatest version is not a tombstone");
        Expect.Equal(2, found[0].Versions.Length, "The versions of the record found");
        await ExpectAsync(probe, Where("n", IndexValue.Of(2L), IndexValue.Of(2L)), "a");
        await ExpectAsync(probe, Where("n", IndexValue.Of(1L), IndexValue.Of(1L)));
    }
}
