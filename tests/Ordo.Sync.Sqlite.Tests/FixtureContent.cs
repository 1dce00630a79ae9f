using System.Collections.Immutable;
using System.Text;
using Ordo.Sync.Causality;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;
using static Ordo.Sync.Sqlite.Tests.Sample;

namespace Ordo.Sync.Sqlite.Tests;

/// <summary>
/// A small store with one of everything. Fixtures of earlier schemas were written with it; what it asserts holds of them
/// after their migration, and of a new store.
/// </summary>
internal static class FixtureContent
{
    private const string Other = "course/BBB";

    private static readonly ReplicaId FirstId = Peer(100);

    private static readonly ScopeState Foreign = new()
    {
        Knowledge = VersionVector.Of(new Dot(1, 7), new Dot(2, 40)),
        Forgotten = VersionVector.Of(new Dot(1, 3)),
        Exceptions = [new KnowledgeException(new KeyRange(Key("b"), null), VersionVector.Of(new Dot(1, 9)))],
        Digest = UInt128.MaxValue - 11,
        LiveCount = 2,
    };

    // Content with the carrier of the same write, of a later one, of another replica; several carriers; a carrier alone.
    private static readonly ImmutableArray<StoredRecord> ConflictFree =
    [
        Shared("near", Version(new Dot(0, 30), Score(1), "bob"), Carrier(new Dot(0, 31), "bob")),
        Shared("later", Version(new Dot(0, 32), Score(1)), Carrier(new Dot(0, 35), "ada", 4000)),
        Shared("apart", Carrier(new Dot(2, 36), "eve", 500), Version(new Dot(0, 37), Score(1), "bob")),
        Shared("many", Version(new Dot(0, 38), Score(1)), Carrier(new Dot(0, 39), "bob", 2000), Carrier(new Dot(2, 40), "eve", 3000)),
        Shared("bare", Carrier(new Dot(2, 41), "eve")),
    ];

    public static async Task WriteAsync(SqliteRecordStore store)
    {
        await store.DefineCollectionAsync(Declare(
            new IndexDefinition("name", IndexType.Text), new IndexDefinition("score", IndexType.Integer)));
        await store.WriteAsync(async t =>
        {
            // Before the first dot, so that the identity is the same in every fixture.
            await t.RotateAsync(FirstId);
            await t.InternAsync(Peer(1));
        });
        for (int i = 1; i <= 20; i++)
        {
            await store.PutAsync($"own{i:D2}", Payload(("score", i * 5), ("name", $"student {i}")));
        }

        await store.WriteAsync(async t =>
        {
            await t.PruneJournalAsync(Scope, new Dot(1, 8));
            await t.PutAsync("elsewhere", Payload(("score", 1)), Other);
            await t.PutAsync(Other, Siblings(
                "pair", Version(new Dot(0, 5), Score(1), "bob"), Version(new Dot(2, 6), Score(2), "eve", 2000)));
            await t.PutAsync(Other, Tombstone("gone", new Dot(2, 7)));
            await t.SetScopeAsync(Other, Foreign with { Knowledge = Foreign.Knowledge.With(new Dot(1, 21)) });
            await t.SetLocalAsync("inbox", "a", Encoding.UTF8.GetBytes("kept"));
            t.AdvanceClock(Time(123_456));
        });
    }

    /// <summary>Records with conflict-free state, which earlier schemas than the second did not know.</summary>
    public static Task WriteConflictFreeAsync(SqliteRecordStore store) => store.WriteAsync(async t =>
    {
        foreach (StoredRecord record in ConflictFree)
        {
            await t.PutAsync(Other, record);
        }
    });

    public static async Task AssertConflictFreeAsync(SqliteRecordStore store)
    {
        await using IStoreSnapshot s = await store.ReadAsync();
        foreach (StoredRecord record in ConflictFree)
        {
            StoredRecord found = (await s.GetAsync(Other, record.Key))!;
            Assert.Equal(record.ConflictFree.ToArray(), found.ConflictFree.ToArray());
            Assert.Equal(
                record.Versions.Select(version => (version.Dot, version.Timestamp, version.Author, version.Kind)),
                found.Versions.Select(version => (version.Dot, version.Timestamp, version.Author, version.Kind)));
        }

        var all = new ChangeQuery(
            VersionVector.Empty, VersionVector.Of(new Dot(0, 99), new Dot(2, 99)), After: null, new ReadBudget(int.MaxValue));
        ImmutableArray<string> keys = (await s.ReadChangesAsync(Other, all)).Records.Keys();
        Assert.All(ConflictFree, record => Assert.Single(keys, key => key == record.Key.Key));
    }

    public static async Task AssertAsync(SqliteRecordStore store)
    {
        Assert.Empty(await store.VerifyIntegrityAsync());
        Assert.Equal(FirstId, store.Replica);
        await using IStoreSnapshot s = await store.ReadAsync();
        Assert.Equal(21, s.Counter);
        Assert.Equal(Time(123_456), s.Clock);
        Assert.Equal([Scope, Other], await s.ListScopesAsync());
        Assert.Equal(VersionVector.Of(new Dot(1, 20)), (await s.GetScopeAsync(Scope)).Knowledge);
        ScopeState other = await s.GetScopeAsync(Other);
        Assert.Equal(Foreign.Knowledge.With(new Dot(1, 21)), other.Knowledge);
        Assert.Equal(Foreign.Forgotten, other.Forgotten);
        Assert.Equal(Foreign.Exceptions, other.Exceptions);
        Assert.Equal((Foreign.Digest, Foreign.LiveCount), (other.Digest, other.LiveCount));
        await AssertJournalAsync(s);
        StoredRecord pair = (await s.GetAsync(Other, Key("pair")))!;
        Assert.Equal(["bob", "eve"], pair.Versions.Select(version => version.Author));
        Assert.True((await s.GetAsync(Other, Key("gone")))!.Greatest.IsTombstone);
        Assert.Equal("kept", Encoding.UTF8.GetString((await s.GetLocalAsync("inbox", "a"))!.Value.Span));
        var query = new RecordQuery("grades", 3)
        {
            Conditions = [new IndexCondition("score", IndexValue.Of(50), null)],
            OrderBy = "score",
        };
        Assert.Equal(["own10", "own11", "own12"], (await s.QueryAsync(Scope, query)).Keys());
    }

    private static StoredRecord Shared(string key, params RecordVersion[] versions) =>
        Siblings(key, versions) with { ConflictFree = Encoding.UTF8.GetBytes($"the shared state of {key}") };

    private static async Task AssertJournalAsync(IStoreSnapshot s)
    {
        IReadOnlyList<JournalEntry> journal = await s.ReadJournalAsync(0, int.MaxValue);
        Assert.Equal(Enumerable.Range(9, 13).Select(i => new Dot(1, i)), journal.Select(entry => entry.Dot));
        Assert.Equal(Other, journal[^1].Scope);
        Assert.Equal(Key("own09"), journal[0].Key);
        Assert.Equal(13, (await s.GetJournalStatusAsync()).PendingCount);
        Assert.Equal(12, (await s.GetJournalStatusAsync(Scope)).PendingCount);
    }
}
