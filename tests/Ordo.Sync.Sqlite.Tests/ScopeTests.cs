using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;
using static Ordo.Sync.Sqlite.Tests.Sample;

namespace Ordo.Sync.Sqlite.Tests;

public sealed class ScopeTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_scope_comes_back_as_it_was_set_also_when_parts_of_it_shrink()
    {
        ScopeState full = new()
        {
            Knowledge = VersionVector.Of(new Dot(0, 5), new Dot(2, 9), new Dot(7, 1)),
            Forgotten = VersionVector.Of(new Dot(2, 3), new Dot(9, 4)),
            Exceptions =
            [
                new KnowledgeException(new KeyRange(null, Key("k")), VersionVector.Of(new Dot(3, 3))),
                new KnowledgeException(new KeyRange(Key("m"), null), VersionVector.Empty),
            ],
            Digest = UInt128.MaxValue - 5,
            LiveCount = 42,
        };
        ScopeState less = full with
        {
            Knowledge = VersionVector.Of(new Dot(0, 6), new Dot(8, 1)),
            Forgotten = VersionVector.Of(new Dot(2, 4)),
            Exceptions = [],
            Digest = 7,
        };
        foreach (ScopeState state in (ScopeState[])[full, less, full, ScopeState.Empty, less])
        {
            await using (SqliteRecordStore store = await _folder.OpenAsync())
            {
                await store.WriteAsync(async t => await t.SetScopeAsync(Scope, state));
                AssertSame(state, await ReadAsync(store));
            }

            await using SqliteRecordStore again = await _folder.OpenAsync();
            AssertSame(state, await ReadAsync(again));
        }
    }

    [Fact]
    public async Task A_commit_writes_only_the_entries_of_knowledge_that_changed()
    {
        var wide = VersionVector.Of([.. Enumerable.Range(0, 500).Select(i => new Dot(i, 1))]);
        await using SqliteRecordStore store = await _folder.OpenAsync();
        await store.WriteAsync(async t => await t.SetScopeAsync(Scope, new ScopeState { Knowledge = wide }));
        using SqliteConnection raw = PlainSql.Open(_folder.Database, readOnly: false);
        PlainSql.Execute(
            raw,
            """
            CREATE TABLE touched(slot);
            CREATE TRIGGER watch AFTER UPDATE ON ordo_state BEGIN INSERT INTO touched VALUES(new.slot); END
            """);
        await store.WriteAsync(async t =>
        {
            ScopeState state = await t.GetScopeAsync(Scope);
            await t.SetScopeAsync(Scope, state with { Knowledge = state.Knowledge.With(new Dot(77, 2)) });
        });

        // The row of the store's counters, and the entry.
        long[] expected = [State.StateSlot.Counters, State.StateSlot.Replicas + 77];
        Assert.Equal(expected.Select(slot => $"{slot}"), PlainSql.Query(raw, "SELECT slot FROM touched ORDER BY slot"));
    }

    [Fact]
    public async Task Dropping_a_scope_takes_its_records_state_and_journal_and_nothing_else()
    {
        await using SqliteRecordStore store = await _folder.OpenAsync();
        await store.WriteAsync(async t =>
        {
            await t.PutAsync("a", Score(1));
            await t.PutAsync("a", Score(1), "other");
            await t.PutAsync(Scope, Siblings("c", Version(new Dot(1, 1), Score(1)), Version(new Dot(2, 1), Score(2))));
        });
        await store.WriteAsync(async t =>
        {
            await t.DropScopeAsync(Scope);
            await t.DropScopeAsync("never met");
            Assert.Equal(["other"], await t.ListScopesAsync());
        });
        await using (IStoreSnapshot s = await store.ReadAsync())
        {
            Assert.Equal(["other"], await s.ListScopesAsync());
            Assert.Equal(ScopeState.Empty, await s.GetScopeAsync(Scope));
            Assert.Null(await s.GetAsync(Scope, Key("a")));
            Assert.Equal(1, (await s.GetJournalStatusAsync()).PendingCount);
            Assert.Equal(0, (await s.GetJournalStatusAsync(Scope)).PendingCount);
        }

        Assert.Empty(await store.VerifyIntegrityAsync());
        await store.PutAsync("a", Score(1));
        await using IStoreSnapshot after = await store.ReadAsync();
        Assert.Equal([Scope, "other"], await after.ListScopesAsync());
    }

    [Fact]
    public async Task Dropping_a_scope_that_was_not_read_yet_counts_off_its_journal()
    {
        await using (SqliteRecordStore store = await _folder.OpenAsync())
        {
            await store.PutAsync("a", Score(1));
        }

        await using SqliteRecordStore again = await _folder.OpenAsync();
        await again.WriteAsync(async t => await t.DropScopeAsync(Scope));
        Assert.Empty(await again.VerifyIntegrityAsync());
        await using IStoreSnapshot s = await again.ReadAsync();
        Assert.Equal(0, (await s.GetJournalStatusAsync()).PendingCount);
    }

    [Fact]
    public async Task Scopes_are_listed_in_utf8_order_and_only_while_they_hold_anything()
    {
        await using SqliteRecordStore store = await _folder.OpenAsync();
        await store.WriteAsync(async t =>
        {
            await t.PutAsync("\uffee", Record("a", new Dot(0, 1), Score(1)));
            await t.PutAsync("\U0001F600", Record("a", new Dot(0, 2), Score(1)));
            await t.SetScopeAsync("known", new ScopeState { Knowledge = VersionVector.Of(new Dot(0, 2)) });
            await t.SetScopeAsync("empty", ScopeState.Empty);
        });
        await using (IStoreSnapshot s = await store.ReadAsync())
        {
            Assert.Equal(["known", "\uffee", "\U0001F600"], await s.ListScopesAsync());
        }

        await store.WriteAsync(async t => await t.RemoveAsync("\uffee", Key("a")));
        await using IStoreSnapshot after = await store.ReadAsync();
        Assert.Equal(["known", "\U0001F600"], await after.ListScopesAsync());
    }

    [Fact]
    public async Task More_scopes_than_memory_keeps_are_read_again()
    {
        await using SqliteRecordStore store = await _folder.OpenAsync();
        const int Count = State.StoreState.ScopesMax + 50;
        await store.WriteAsync(async t =>
        {
            for (int i = 1; i <= Count; i++)
            {
                await t.SetScopeAsync($"scope/{i}", new ScopeState { LiveCount = i });
            }
        });
        await using IStoreSnapshot s = await store.ReadAsync();
        for (int i = 1; i <= Count; i++)
        {
            Assert.Equal(i, (await s.GetScopeAsync($"scope/{i}")).LiveCount);
        }
    }

    private static async Task<ScopeState> ReadAsync(SqliteRecordStore store)
    {
        await using IStoreSnapshot s = await store.ReadAsync();
        return await s.GetScopeAsync(Scope);
    }

    private static void AssertSame(ScopeState expected, ScopeState actual)
    {
        Assert.Equal(expected.Knowledge, actual.Knowledge);
        Assert.Equal(expected.Forgotten, actual.Forgotten);
        Assert.Equal(expected.Exceptions.ToImmutableList(), actual.Exceptions.ToImmutableList());
        Assert.Equal((expected.Digest, expected.LiveCount), (actual.Digest, actual.LiveCount));
    }
}
