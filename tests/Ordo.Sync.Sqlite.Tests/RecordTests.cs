using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;
using static Ordo.Sync.Sqlite.Tests.Sample;

namespace Ordo.Sync.Sqlite.Tests;

public sealed class RecordTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_record_comes_back_as_it_was_put_also_after_reopening()
    {
        var dot = new Dot(0, 7);
        var version = new RecordVersion(dot, new HybridTimestamp(ulong.MaxValue), "grace", Score(3), new byte[] { 9, 8 });
        StoredRecord record = new(Key("a/ü/\U0001F600"), [version]) { ConflictFree = new byte[] { 1, 2, 3 } };
        await using (SqliteRecordStore store = await _folder.OpenAsync())
        {
            await store.WriteAsync(async t => await t.PutAsync(Scope, record));
            AssertSame(record, await store.GetAsync(Scope, record.Key));
        }

        await using SqliteRecordStore again = await _folder.OpenAsync();
        AssertSame(record, await again.GetAsync(Scope, record.Key));
    }

    [Fact]
    public async Task What_one_record_has_is_never_found_in_the_next_one_that_has_it_not()
    {
        await using SqliteRecordStore store = await _folder.OpenAsync();
        await store.DefineCollectionAsync(Declare(new IndexDefinition("score", IndexType.Integer)));
        StoredRecord[] records = [.. Enumerable.Range(1, 8).Select(number => number % 2 == 0 ? Plain(number) : Whole(number))];
        await store.WriteAsync(async t =>
        {
            await t.InternAsync(Peer(1));
            foreach (StoredRecord record in records)
            {
                Assert.True(await t.TryAddAsync(Scope, record));
            }

            // Once more, the other way round: over rows that are there.
            for (int i = 0; i < records.Length; i++)
            {
                records[i] = i % 2 == 0 ? Plain(i + 1) : Whole(i + 1);
                await t.PutAsync(Scope, records[i]);
            }
        });
        foreach (StoredRecord record in records)
        {
            AssertSame(record, await store.GetAsync(Scope, record.Key));
        }

        Assert.Empty(await store.VerifyIntegrityAsync());

        static StoredRecord Plain(int number) => Record($"{number}", new Dot(0, number * 2), Payload(("name", "x")), author: "");

        static StoredRecord Whole(int number)
        {
            RecordVersion content = new(new Dot(0, number * 2), Time(1000), "ada", Score(number), new byte[] { 9, 8 });
            RecordVersion carrier = Carrier(new Dot(1, number), "bob");
            return new StoredRecord(Key($"{number}"), [carrier, content]) { ConflictFree = new byte[] { 1, 2, 3 } };
        }
    }

    [Fact]
    public async Task A_record_that_is_not_held_is_null_whatever_is_missing()
    {
        await using SqliteRecordStore store = await _folder.OpenAsync();
        Assert.Null(await store.GetAsync(Scope, Key("a")));
        await store.PutAsync("a", Score(1));
        Assert.Null(await store.GetAsync(Scope, Key("b")));
        Assert.Null(await store.GetAsync("other", Key("a")));
        Assert.Null(await store.GetAsync(Scope, new RecordKey("posts", "a")));
    }

    [Fact]
    public async Task A_put_replaces_all_versions_and_a_tombstone_is_a_record()
    {
        await using SqliteRecordStore store = await _folder.OpenAsync();
        StoredRecord conflicted = Siblings(
            "a",
            Version(new Dot(0, 1), Score(1)),
            Version(new Dot(1, 1), default, "bob", 2000),
            Version(new Dot(2, 1), Score(3), "", 3000));
        await store.WriteAsync(async t => await t.PutAsync(Scope, conflicted));
        AssertSame(conflicted, await store.GetAsync(Scope, Key("a")));

        StoredRecord two = Siblings("a", Version(new Dot(0, 2), Score(4)), Version(new Dot(1, 2), Score(5)));
        await store.WriteAsync(async t => await t.PutAsync(Scope, two));
        AssertSame(two, await store.GetAsync(Scope, Key("a")));

        StoredRecord deleted = Tombstone("a", new Dot(0, 3));
        await store.WriteAsync(async t => await t.PutAsync(Scope, deleted));
        StoredRecord? read = await store.GetAsync(Scope, Key("a"));
        AssertSame(deleted, read);
        Assert.True(read!.Greatest.IsTombstone);
        Assert.Empty(await store.VerifyIntegrityAsync());
    }

    [Fact]
    public async Task Adding_keeps_the_record_that_is_there()
    {
        await using SqliteRecordStore store = await _folder.OpenAsync();
        StoredRecord first = Siblings("a", Version(new Dot(0, 1), Score(1)), Version(new Dot(1, 1), Score(2)));
        await using (IStoreTransaction t = await store.BeginAsync())
        {
            Assert.True(await t.TryAddAsync(Scope, first));
            Assert.False(await t.TryAddAsync(Scope, Record("a", new Dot(0, 2), Score(3))));
            Assert.True(await t.TryAddAsync("other", Record("a", new Dot(0, 2), Score(3))));
            await t.CommitAsync(Durability.Normal);
        }

        AssertSame(first, await store.GetAsync(Scope, Key("a")));
    }

    [Fact]
    public async Task Removing_takes_the_row_and_its_siblings_and_nothing_where_there_is_none()
    {
        await using SqliteRecordStore store = await _folder.OpenAsync();
        await store.WriteAsync(async t =>
        {
            await t.PutAsync(Scope, Siblings("a", Version(new Dot(0, 1), Score(1)), Version(new Dot(1, 1), Score(2))));
            await t.PutAsync(Scope, Record("b", new Dot(0, 2), Score(1)));
        });
        await store.WriteAsync(async t =>
        {
            await t.RemoveAsync(Scope, Key("a"));
            await t.RemoveAsync(Scope, Key("nowhere"));
            await t.RemoveAsync("nowhere", Key("a"));
        });
        Assert.Null(await store.GetAsync(Scope, Key("a")));
        Assert.NotNull(await store.GetAsync(Scope, Key("b")));
        Assert.Empty(await store.VerifyIntegrityAsync());
    }

    [Fact]
    public async Task Collections_whose_names_differ_in_case_alone_are_two()
    {
        await using SqliteRecordStore store = await _folder.OpenAsync();
        await store.WriteAsync(async t =>
        {
            await t.PutAsync(Scope, new StoredRecord(new RecordKey("grades", "a"), [Version(new Dot(0, 1), Score(1))]));
            await t.PutAsync(Scope, new StoredRecord(new RecordKey("Grades", "a"), [Version(new Dot(0, 2), Score(2))]));
        });
        Assert.Equal(1, (await store.GetAsync(Scope, new RecordKey("grades", "a")))!.Greatest.Dot.Counter);
        Assert.Equal(2, (await store.GetAsync(Scope, new RecordKey("Grades", "a")))!.Greatest.Dot.Counter);
    }

    [Theory]
    [InlineData("ordo_journal")]
    [InlineData("a\"; DROP TABLE ordo_journal; --")]
    [InlineData("")]
    public async Task A_collection_that_no_store_allows_is_refused(string collection)
    {
        await using SqliteRecordStore store = await _folder.OpenAsync();
        await using IStoreTransaction t = await store.BeginAsync();
        var record = new StoredRecord(new RecordKey(collection, "a"), [Version(new Dot(0, 1), Score(1))]);
        await Assert.ThrowsAsync<ArgumentException>(async () => await t.PutAsync(Scope, record));
    }

    [Fact]
    public async Task A_transaction_reads_its_own_writes_and_others_do_not()
    {
        await using SqliteRecordStore store = await _folder.OpenAsync();
        await using IStoreTransaction t = await store.BeginAsync();
        Dot dot = await t.PutAsync("a", Score(1));
        Assert.Equal("ada", (await t.GetAsync(Scope, Key("a")))!.Greatest.Author);
        Assert.True((await t.GetScopeAsync(Scope)).Knowledge.Contains(dot));
        Assert.Equal([Scope], await t.ListScopesAsync());
        Assert.Null(await store.GetAsync(Scope, Key("a")));
        await using IStoreSnapshot outside = await store.ReadAsync();
        Assert.Empty(await outside.ListScopesAsync());
        Assert.Equal(0, outside.Counter);
        await t.CommitAsync(Durability.Normal);
        Assert.NotNull(await store.GetAsync(Scope, Key("a")));
        Assert.Null(await outside.GetAsync(Scope, Key("a")));
    }

    internal static void AssertSame(StoredRecord expected, StoredRecord? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Key, actual.Key);
        Assert.Equal(expected.ConflictFree.ToArray(), actual.ConflictFree.ToArray());
        Assert.Equal(expected.Versions.Length, actual.Versions.Length);
        for (int i = 0; i < expected.Versions.Length; i++)
        {
            Assert.Equal(expected.Versions[i].Dot, actual.Versions[i].Dot);
            Assert.Equal(expected.Versions[i].Timestamp, actual.Versions[i].Timestamp);
            Assert.Equal(expected.Versions[i].Author, actual.Versions[i].Author);
            Assert.True(expected.Versions[i].HasContentOf(actual.Versions[i]));
        }
    }
}
