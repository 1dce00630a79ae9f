using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;
using static Ordo.Sync.Sqlite.Tests.Sample;

namespace Ordo.Sync.Sqlite.Tests;

public sealed class TransactionTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_transaction_that_is_not_committed_leaves_no_trace_in_file_or_memory()
    {
        await using SqliteRecordStore store = await _folder.OpenAsync();
        ReplicaId before = store.Replica;
        await using (IStoreTransaction t = await store.BeginAsync())
        {
            await t.InternAsync(Peer(1));
            await t.RotateAsync(Peer(2));
            t.AdvanceClock(Time(5000));
            await t.PutAsync("a", Score(1));
            await t.SetLocalAsync("area", "key", new byte[] { 1 });
        }

        Assert.Equal(before, store.Replica);
        Assert.Equal(1, store.Replicas.Count);
        await using IStoreSnapshot s = await store.ReadAsync();
        Assert.Equal((0L, default(HybridTimestamp)), (s.Counter, s.Clock));
        Assert.Equal(ScopeState.Empty, await s.GetScopeAsync(Scope));
        Assert.Empty(await s.ListScopesAsync());
        Assert.Null(await s.GetAsync(Scope, Key("a")));
        Assert.Null(await s.GetLocalAsync("area", "key"));
        Assert.Equal(0, (await s.GetJournalStatusAsync()).PendingCount);

        // The same names again: what the undone transaction had interned is not taken for there.
        Dot dot = await store.PutAsync("a", Score(2));
        Assert.Equal(new Dot(0, 1), dot);
        Assert.Equal("ada", (await store.GetAsync(Scope, Key("a")))!.Greatest.Author);
        Assert.Empty(await store.VerifyIntegrityAsync());
    }

    [Fact]
    public async Task Counters_clock_and_replicas_survive_reopening()
    {
        await using (SqliteRecordStore store = await _folder.OpenAsync())
        {
            await store.WriteAsync(async t =>
            {
                Assert.Equal(1, await t.InternAsync(Peer(1)));
                Assert.Equal(1, await t.InternAsync(Peer(1)));
                Assert.Equal(new Dot(0, 1), t.NextDots(3));
                Assert.Equal(new Dot(0, 4), t.NextDots());
                t.AdvanceClock(Time(9000));
                t.AdvanceClock(Time(10));
            });
        }

        await using SqliteRecordStore again = await _folder.OpenAsync();
        await using IStoreSnapshot s = await again.ReadAsync();
        Assert.Equal((4L, Time(9000)), (s.Counter, s.Clock));
        Assert.Equal(Peer(1), s.Replicas[1]);
        Assert.Equal(s.Replica, s.Replicas[0]);
    }

    [Fact]
    public async Task The_clock_can_be_set_back()
    {
        await using SqliteRecordStore store = await _folder.OpenAsync();
        await store.WriteAsync(t =>
        {
            t.AdvanceClock(Time(9000));
            ((Transactions.SqliteTransaction)t).ResetClock(Time(5));
            return Task.CompletedTask;
        });
        await using IStoreSnapshot s = await store.ReadAsync();
        Assert.Equal(Time(5), s.Clock);
    }

    [Fact]
    public async Task A_new_incarnation_counts_from_one_under_its_own_index()
    {
        await using (SqliteRecordStore store = await _folder.OpenAsync())
        {
            await store.PutAsync("a", Score(1));
            ReplicaId old = store.Replica;
            await store.WriteAsync(async t =>
            {
                await t.RotateAsync(Peer(7));
                Assert.Equal(Peer(7), t.Replica);
                Assert.Equal(new Dot(1, 1), t.NextDots());
            });
            await Assert.ThrowsAsync<ArgumentException>(() => store.WriteAsync(async t => await t.RotateAsync(old)));
            await Assert.ThrowsAsync<ArgumentException>(() => store.WriteAsync(async t => await t.RotateAsync(Peer(7))));
            Assert.Equal(old, store.Replicas[0]);
        }

        await using SqliteRecordStore again = await _folder.OpenAsync();
        Assert.Equal(Peer(7), again.Replica);
        Assert.Equal(new Dot(1, 2), await again.PutAsync("b", Score(1)));
    }

    [Fact]
    public async Task Writers_have_their_turns_in_the_order_of_asking_and_can_give_up()
    {
        await using SqliteRecordStore store = await _folder.OpenAsync();
        var order = new List<int>();
        IStoreTransaction first = await store.BeginAsync();
        using var cancellation = new CancellationTokenSource();
        Task[] waiting = [.. Enumerable.Range(0, 5).Select(async i =>
        {
            await using IStoreTransaction t = await store.BeginAsync(i == 2 ? cancellation.Token : default);
            order.Add(i);
        })];
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting[2]);
        Assert.Empty(order);
        await first.DisposeAsync();
        await Task.WhenAll(waiting[0], waiting[1], waiting[3], waiting[4]);
        Assert.Equal([0, 1, 3, 4], order);
    }

    [Fact]
    public async Task A_commit_ends_the_transaction()
    {
        await using SqliteRecordStore store = await _folder.OpenAsync();
        await using IStoreTransaction t = await store.BeginAsync();
        await t.PutAsync("a", Score(1));
        await t.CommitAsync(Durability.Full);
        Assert.Throws<ObjectDisposedException>(() => t.NextDots());
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await t.CommitAsync(Durability.Full));
        await using IStoreTransaction next = await store.BeginAsync();
        await t.DisposeAsync();
        Assert.Equal(new Dot(0, 2), next.NextDots());
    }

    [Fact]
    public async Task A_write_that_failed_half_way_cannot_be_committed()
    {
        await using SqliteRecordStore store = await _folder.OpenAsync();
        await using IStoreTransaction t = await store.BeginAsync();
        await Assert.ThrowsAnyAsync<ArgumentException>(
            async () => await t.PutAsync(Scope, Record("\ud800", new Dot(0, 1), Score(1))));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await t.CommitAsync(Durability.Normal));
        await t.DisposeAsync();
        await store.PutAsync("a", Score(1));
    }

    [Fact]
    public async Task Durability_may_change_from_one_commit_to_the_next()
    {
        ImmutableArray<Durability> levels =
            [Durability.Normal, Durability.Full, Durability.Full, Durability.Normal, Durability.Full, Durability.Normal];
        await using (SqliteRecordStore store = await _folder.OpenAsync())
        {
            for (int i = 0; i < levels.Length; i++)
            {
                await store.PutAsync($"{i}", Score(i), levels[i]);
            }
        }

        await using SqliteRecordStore again = await _folder.OpenAsync();
        for (int i = 0; i < levels.Length; i++)
        {
            Assert.NotNull(await again.GetAsync(Scope, Key($"{i}")));
        }
    }

    [Fact]
    public async Task A_snapshot_keeps_its_state_while_writers_go_on()
    {
        await using SqliteRecordStore store = await _folder.OpenAsync();
        await store.PutAsync("a", Score(1));
        await using IStoreSnapshot old = await store.ReadAsync();
        await store.WriteAsync(async t =>
        {
            await t.InternAsync(Peer(1));
            await t.PutAsync("a", Score(2));
            await t.PutAsync(Scope, new StoredRecord(new RecordKey("posts", "p"), [Version(t.NextDots(), Score(1), "new")]));
        });
        await using IStoreSnapshot now = await store.ReadAsync();
        Assert.Equal((1L, 3L), (old.Counter, now.Counter));
        Assert.Equal((1, 2), (old.Replicas.Count, now.Replicas.Count));
        Assert.Equal(1, (await old.GetScopeAsync(Scope)).Knowledge[0]);
        Assert.Equal(2, (await now.GetScopeAsync(Scope)).Knowledge[0]);
        Assert.Equal(1, (await old.GetAsync(Scope, Key("a")))!.Greatest.Dot.Counter);
        Assert.Null(await old.GetAsync(Scope, new RecordKey("posts", "p")));
        Assert.Equal("new", (await now.GetAsync(Scope, new RecordKey("posts", "p")))!.Greatest.Author);
    }

    [Fact]
    public async Task Readers_beside_a_writer_see_state_and_records_of_one_commit()
    {
        await using SqliteRecordStore store = await _folder.OpenAsync();
        using var done = new CancellationTokenSource();
        Task[] readers = [.. Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                await using IStoreSnapshot s = await store.ReadAsync();
                long known = (await s.GetScopeAsync(Scope)).Knowledge[0];
                StoredRecord? record = await s.GetAsync(Scope, Key("a"));
                Assert.Equal(known, s.Counter);
                Assert.Equal(known, record?.Greatest.Dot.Counter ?? 0);
                Assert.Equal(known, (await s.GetJournalStatusAsync(Scope)).PendingCount);
                Assert.Equal($"author {known % 7}", record?.Greatest.Author ?? "author 0");
            }
        }))];
        for (int i = 1; i <= 300; i++)
        {
            int number = i;
            await store.WriteAsync(async t =>
            {
                Dot dot = t.NextDots();
                await t.PutAsync(Scope, Record("a", dot, Score(number), $"author {number % 7}"));
                await t.AppendJournalAsync(Entry("a", dot));
                ScopeState state = await t.GetScopeAsync(Scope);
                await t.SetScopeAsync(Scope, state with { Knowledge = state.Knowledge.With(dot) });
            });
        }

        await done.CancelAsync();
        await Task.WhenAll(readers);
    }

    [Fact]
    public async Task Closing_the_store_tells_those_who_still_use_it()
    {
        SqliteRecordStore store = await _folder.OpenAsync();
        await store.PutAsync("a", Score(1));
        IStoreSnapshot snapshot = await store.ReadAsync();
        IStoreTransaction transaction = await store.BeginAsync();
        await transaction.PutAsync("b", Score(1));
        Task<IStoreTransaction> waiting = store.BeginAsync().AsTask();
        await store.DisposeAsync();
        await store.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await snapshot.GetAsync(Scope, Key("a")));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await transaction.CommitAsync(Durability.Full));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await store.GetAsync(Scope, Key("a")));
        await snapshot.DisposeAsync();
        await transaction.DisposeAsync();
        await using SqliteRecordStore again = await _folder.OpenAsync();
        Assert.NotNull(await again.GetAsync(Scope, Key("a")));
        Assert.Null(await again.GetAsync(Scope, Key("b")));
    }

    [Fact]
    public async Task A_store_is_opened_once_before_anything_else()
    {
        await using var store = new SqliteRecordStore(_folder.Options);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await store.BeginAsync());
        Assert.Throws<InvalidOperationException>(() => store.Replica);
        await store.OpenAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await store.OpenAsync());
        Assert.False(store.Replica.IsEmpty);
    }
}
