using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Sqlite.Records;
using Ordo.Sync.Sqlite.Schema;
using Ordo.Sync.Storage;
using static Ordo.Sync.Sqlite.Tests.Sample;

namespace Ordo.Sync.Sqlite.Tests;

public sealed class ChangeTests : IDisposable
{
    private static readonly ReadBudget Unbounded = new(int.MaxValue);

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Changes_come_in_packed_order_across_collections_and_siblings()
    {
        await using SqliteRecordStore store = await _folder.OpenAsync();
        await store.WriteAsync(async t =>
        {
            await t.PutAsync(Scope, Record("a", new Dot(0, 3), Score(1)));
            await t.PutAsync(Scope, new StoredRecord(new RecordKey("posts", "p"), [Version(new Dot(0, 2), Score(1))]));
            await t.PutAsync(Scope, Siblings("s", Version(new Dot(0, 4), Score(1)), Version(new Dot(1, 1), Score(2))));
            await t.PutAsync(Scope, Record("b", new Dot(0, 1), Score(1)));
            await t.PutAsync(Scope, Tombstone("d", new Dot(2, 8)));
            await t.PutAsync("other", Record("x", new Dot(0, 5), Score(1)));
        });
        await using IStoreSnapshot s = await store.ReadAsync();
        var upTo = VersionVector.Of(new Dot(0, 4), new Dot(1, 1), new Dot(2, 8));
        ChangeSlice all = await s.ReadChangesAsync(Scope, new ChangeQuery(VersionVector.Empty, upTo, null, Unbounded));
        Assert.Equal(["b", "p", "a", "s", "d"], all.Records.Keys());
        Assert.Null(all.Next);

        ChangeSlice bySibling = await s.ReadChangesAsync(
            Scope, new ChangeQuery(VersionVector.Of(new Dot(0, 4), new Dot(2, 8)), upTo, null, Unbounded));
        Assert.Equal(["s"], bySibling.Records.Keys());
        Assert.Equal(2, bySibling.Records[0].Versions.Length);

        ChangeSlice none = await s.ReadChangesAsync(Scope, new ChangeQuery(upTo, upTo, null, Unbounded));
        Assert.Empty(none.Records);
        ChangeSlice bounded = await s.ReadChangesAsync(
            Scope, new ChangeQuery(VersionVector.Empty, VersionVector.Of(new Dot(0, 2)), null, Unbounded));
        Assert.Equal(["b", "p"], bounded.Records.Keys());
    }

    [Fact]
    public async Task Pages_of_any_size_add_up_to_what_a_scan_finds()
    {
        var random = new Random(11);
        await using SqliteRecordStore store = await _folder.OpenAsync();
        var records = new List<StoredRecord>();
        var counters = new long[6];
        await store.WriteAsync(async t =>
        {
            for (int i = 0; i < 300; i++)
            {
                int siblings = random.Next(10) == 0 ? random.Next(2, 4) : 1;
                RecordVersion[] versions = [.. Enumerable.Range(0, siblings).Select(_ =>
                {
                    int replica = random.Next(counters.Length);
                    return Version(new Dot(replica, counters[replica] += random.Next(1, 4)), new byte[random.Next(1, 400)]);
                })];
                versions = [.. versions, .. Carriers(random, counters, versions[^1])];
                var key = new RecordKey(random.Next(2) == 0 ? "grades" : "posts", $"{i}");
                var record = new StoredRecord(key, [.. versions]);
                records.Add(record);
                await t.PutAsync(Scope, record);
            }
        });
        await using IStoreSnapshot s = await store.ReadAsync();
        for (int round = 0; round < 40; round++)
        {
            VersionVector known = Vector(random, counters);
            VersionVector upTo = Vector(random, counters);
            HashSet<RecordKey> expected = [.. records
                .Where(r => r.Versions.Any(v => !known.Contains(v.Dot) && upTo.Contains(v.Dot)))
                .Select(r => r.Key)];
            HashSet<RecordKey> conflicted = [.. records.Where(r => r.HasSiblings).Select(r => r.Key)];
            var budget = new ReadBudget(random.Next(1, 5000), random.Next(1, 60));
            var found = new List<StoredRecord>();
            Dot? after = null;
            do
            {
                ChangeSlice slice = await s.ReadChangesAsync(Scope, new ChangeQuery(known, upTo, after, budget));
                Assert.True(slice.Records.Count <= budget.CountMax);
                Assert.True(slice.Records.Count <= 1 || slice.Records.Sum(r => r.SizeBytes) <= budget.BytesMax);
                Assert.True(slice.Records.Count > 0 || slice.Next is null);
                found.AddRange(slice.Records);
                after = slice.Next;
            }
            while (after is not null);

            // Within a page a record comes once; with a page between two of its versions it may come twice.
            Assert.Equal(expected, found.Select(r => r.Key).ToHashSet());
            Assert.Equal(expected.Count(key => !conflicted.Contains(key)), found.Count(r => !r.HasSiblings));
        }
    }

    [Fact]
    public async Task A_carrier_in_the_row_is_found_whoever_knows_the_content()
    {
        await using SqliteRecordStore store = await _folder.OpenAsync();
        await store.WriteAsync(async t =>
        {
            await t.PutAsync(Scope, Siblings("near", Version(new Dot(0, 1), Score(1)), Carrier(new Dot(0, 2), "ada")));
            await t.PutAsync(Scope, Siblings("apart", Version(new Dot(0, 3), Score(1)), Carrier(new Dot(1, 1), "eve")));
        });
        await using IStoreSnapshot s = await store.ReadAsync();
        async Task<ImmutableArray<string>> FindAsync(VersionVector known, VersionVector upTo) =>
            (await s.ReadChangesAsync(Scope, new ChangeQuery(known, upTo, null, Unbounded))).Records.Keys();
        var all = VersionVector.Of(new Dot(0, 3), new Dot(1, 1));
        Assert.Equal(["near", "apart"], await FindAsync(VersionVector.Empty, all));
        Assert.Equal(["near", "apart"], await FindAsync(VersionVector.Of(new Dot(0, 1)), all));
        Assert.Equal(["near"], await FindAsync(VersionVector.Empty, VersionVector.Of(new Dot(0, 1))));
        Assert.Equal(["apart"], await FindAsync(VersionVector.Of(new Dot(0, 3)), all));
        Assert.Empty(await FindAsync(all, all));
        Assert.Equal([(0, 1), (0, 2)], (await s.GetAsync(Scope, Key("near")))!.Versions.Select(v => (v.Dot.ReplicaIndex, v.Dot.Counter)));
    }

    [Fact]
    public async Task Changes_are_found_through_the_index_on_scope_and_dot()
    {
        await using SqliteRecordStore store = await _folder.OpenAsync();
        await store.PutAsync("a", Score(1));
        var table = new CollectionTable(1, "grades", "grades", []);
        (string Sql, string Plan)[] expected =
        [
            (ChangeCursor.SqlOf(table), "SEARCH grades USING INDEX ordo_dot_1 (_scope=? AND _dot>?)"),
            (table.CarrierChanges.Sql, "SEARCH grades USING INDEX ordo_carrier_1 (_scope=? AND _carrier>?)"),
            (ChangeCursor.SqlOf(null), "SEARCH ordo_sibling USING INDEX ordo_sibling_dot (scope=? AND dot>?)"),
            (table.Get.Sql, "SEARCH grades USING INDEX ordo_key_1 (_scope=? AND _key=?)"),
            (table.Range.Sql, "SEARCH grades USING INDEX ordo_key_1 (_scope=? AND _key>?)"),
        ];
        Assert.All(expected, one => Assert.Equal([one.Plan], PlainSql.Plan(_folder.Database, one.Sql)));
    }

    // None, one right behind the content, or one or two that stand apart.
    private static IEnumerable<RecordVersion> Carriers(Random random, long[] counters, RecordVersion content)
    {
        bool isBehind = random.Next(3) == 0;
        for (int left = random.Next(3); left > 0; left--)
        {
            int replica = isBehind ? content.Dot.ReplicaIndex : random.Next(counters.Length);
            counters[replica] += isBehind ? 1 : random.Next(1, 4);
            yield return Carrier(new Dot(replica, counters[replica]), content.Author);
            isBehind = false;
        }
    }

    private static VersionVector Vector(Random random, long[] counters) => VersionVector.Of(
        [.. counters
            .Select((counter, i) => (Index: i, Counter: random.Next((int)counter + 2)))
            .Where(entry => entry.Counter > 0)
            .Select(entry => new Dot(entry.Index, entry.Counter))]);
}
