using Ordo.Sync.Causality;
using Ordo.Sync.PostgreSql.Tests.Server;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.PostgreSql.Tests;

/// <summary>What writers of two instances see of each other, and what a reader sees of both.</summary>
public sealed class LateCommitTests : IAsyncLifetime
{
    private const string Scope = "course/A";

    private readonly string _schema = SharedServer.NewSchema();
    private PostgreSqlRecordStore? _first;
    private PostgreSqlRecordStore? _second;

    private PostgreSqlRecordStore First => _first!;

    private PostgreSqlRecordStore Second => _second!;

    public async ValueTask InitializeAsync()
    {
        _first = SharedServer.CreateStore(_schema);
        _second = SharedServer.CreateStore(_schema);
        await Task.WhenAll(First.OpenAsync().AsTask(), Second.OpenAsync().AsTask());

        // Who meets a replica for the first time numbers it, and holds the store's row for that.
        await using IStoreTransaction transaction = await First.BeginAsync();
        await transaction.InternAsync(new ReplicaId(1));
        await transaction.InternAsync(new ReplicaId(2));
        await transaction.CommitAsync(Durability.Normal);
    }

    public async ValueTask DisposeAsync()
    {
        await First.DisposeAsync();
        await Second.DisposeAsync();
        await SharedServer.DropAsync(_schema);
    }

    [Fact]
    public void Instances_that_open_an_empty_schema_at_once_are_one_replica() =>
        Assert.Equal(First.Replica, Second.Replica);

    [Fact]
    public async Task A_commit_that_comes_late_is_found_by_who_has_read_a_later_one()
    {
        await using IStoreTransaction late = await First.BeginScopeAsync(Scope);
        Dot slow = await WriteAsync(late, Scope, "slow", new ReplicaId(1));
        await using (IStoreTransaction other = await Second.BeginScopeAsync("course/B"))
        {
            await WriteAsync(other, "course/B", "fast", new ReplicaId(2));
            await other.CommitAsync(Durability.Full);
        }

        VersionVector known = (await StateAsync(Second)).Knowledge;
        Assert.False(known.Contains(slow));
        await late.CommitAsync(Durability.Full);

        ScopeState after = await StateAsync(Second);
        ChangeSlice changes = await ChangesAsync(Second, known, after.Knowledge);
        Assert.Equal("slow", Assert.Single(changes.Records).Key.Key);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_writer_of_the_same_scope_waits_and_builds_on_what_was_committed_before_it(bool isThereBefore)
    {
        // The row of a new scope is waited for because it is inserted; that of another one has to be locked.
        if (isThereBefore)
        {
            await using IStoreTransaction before = await First.BeginScopeAsync(Scope);
            await WriteAsync(before, Scope, "zero", new ReplicaId(3));
            await before.CommitAsync(Durability.Full);
        }

        await using IStoreTransaction first = await First.BeginScopeAsync(Scope);
        Dot one = await WriteAsync(first, Scope, "one", new ReplicaId(1));
        Task<IStoreTransaction> waiting = Second.BeginScopeAsync(Scope).AsTask();
        await using (IStoreTransaction other = await Second.BeginScopeAsync("course/B"))
        {
            // By the time that another scope was written, the writer that waits has had its chance.
            await other.SetScopeAsync("course/B", new ScopeState { LiveCount = 1 });
            await other.CommitAsync(Durability.Normal);
        }

        Assert.False(waiting.IsCompleted);
        await first.CommitAsync(Durability.Full);

        await using IStoreTransaction second = await waiting;
        Assert.True((await second.GetScopeAsync(Scope)).Knowledge.Contains(one));
        await WriteAsync(second, Scope, "two", new ReplicaId(2));
        await second.CommitAsync(Durability.Full);
        ChangeSlice changes = await ChangesAsync(First, VersionVector.Empty, (await StateAsync(First)).Knowledge);
        Assert.Equal(
            isThereBefore ? ["one", "two", "zero"] : ["one", "two"], changes.Records.Select(record => record.Key.Key).Order());
    }

    [Fact]
    public async Task A_writer_that_waits_too_long_is_told_to_try_again_and_leaves_nothing()
    {
        await using PostgreSqlRecordStore impatient = SharedServer.CreateStore(
            _schema, options => options.LockTimeout = TimeSpan.FromSeconds(1));
        await impatient.OpenAsync();
        await using IStoreTransaction holding = await First.BeginScopeAsync(Scope);

        var failure = await Assert.ThrowsAsync<Errors.SyncException>(() => impatient.BeginScopeAsync(Scope).AsTask());

        Assert.Equal(Errors.SyncErrorCode.StoreBusy, failure.Code);
        Assert.True(failure.IsTransient);
    }

    [Fact]
    public async Task A_write_of_the_whole_store_waits_for_the_writers_of_scopes_at_other_instances()
    {
        IStoreTransaction scope = await First.BeginScopeAsync(Scope);
        Dot own = scope.NextDots(3);
        Task<IStoreTransaction> waiting = Second.BeginAsync().AsTask();
        Assert.Null(await Second.GetAsync(Scope, new RecordKey("notes", "none")));
        Assert.False(waiting.IsCompleted);
        await scope.CommitAsync(Durability.Full);

        await using IStoreTransaction whole = await waiting;
        Assert.Equal(own.Counter + 2, whole.Counter);
    }

    [Fact]
    public async Task Instances_that_meet_different_replicas_at_once_give_them_different_indexes()
    {
        const int Count = 40;
        async Task MeetAsync(PostgreSqlRecordStore store, int from)
        {
            for (int i = from; i < from + Count; i++)
            {
                await using IStoreTransaction transaction = await store.BeginScopeAsync($"course/{i}");
                await WriteAsync(transaction, $"course/{i}", "a", new ReplicaId((UInt128)(i + 1)));
                transaction.NextDots();
                await transaction.CommitAsync(Durability.Normal);
            }
        }

        await Task.WhenAll(Task.Run(() => MeetAsync(First, 0)), Task.Run(() => MeetAsync(Second, Count)));

        await using IStoreSnapshot snapshot = await First.ReadAsync();
        Assert.Equal((2 * Count) + 1, snapshot.Replicas.Count);
        Assert.Equal(2 * Count, snapshot.Counter);
        for (int i = 0; i < 2 * Count; i++)
        {
            StoredRecord? record = await snapshot.GetAsync($"course/{i}", new RecordKey("notes", "a"));
            Assert.Equal(new ReplicaId((UInt128)(i + 1)), snapshot.Replicas.Globalize(record!.Greatest.Dot).Replica);
        }
    }

    [Fact]
    public async Task A_local_entry_that_another_instance_changed_meanwhile_makes_its_reader_give_up()
    {
        await using IStoreTransaction first = await First.BeginScopeAsync("course/A");
        await using IStoreTransaction second = await Second.BeginScopeAsync("course/B");
        Assert.Null(await first.GetLocalAsync("area", "key"));
        Assert.Null(await second.GetLocalAsync("area", "key"));
        await first.SetLocalAsync("area", "key", "a"u8.ToArray());
        await first.CommitAsync(Durability.Full);
        await second.SetLocalAsync("area", "key", "b"u8.ToArray());

        var failure = await Assert.ThrowsAsync<Errors.SyncException>(() => second.CommitAsync(Durability.Full).AsTask());

        Assert.Equal(Errors.SyncErrorCode.StoreBusy, failure.Code);
        await using IStoreSnapshot snapshot = await Second.ReadAsync();
        Assert.Equal("a"u8.ToArray(), (await snapshot.GetLocalAsync("area", "key"))!.Value.ToArray());
    }

    [Fact]
    public async Task A_store_whose_database_was_restored_takes_a_new_incarnation_once()
    {
        ReplicaId before = First.Replica;
        await SharedServer.Current.ExecuteAsync(
            $"UPDATE \"{_schema}\".locals SET value = 'another timeline' WHERE area = 'medium'");
        await using PostgreSqlRecordStore restored = SharedServer.CreateStore(_schema);
        await restored.OpenAsync();
        await using PostgreSqlRecordStore again = SharedServer.CreateStore(_schema);
        await again.OpenAsync();

        Assert.NotEqual(before, restored.Replica);
        Assert.NotNull(restored.RenewalReason);
        Assert.Equal(restored.Replica, again.Replica);
        Assert.Null(again.RenewalReason);
    }

    [Fact]
    public async Task A_database_copied_by_the_server_is_another_replica_and_the_original_is_not()
    {
        await using PostgreSqlServer server = await PostgreSqlServer.StartAsync(mustBeOwn: true);
        var original = new PostgreSqlStoreOptions { ConnectionString = WithDatabase(server, "original") };
        var copy = new PostgreSqlStoreOptions { ConnectionString = WithDatabase(server, "copy") };
        await server.ExecuteAsync("CREATE DATABASE original");
        ReplicaId before = await ReplicaOfAsync(original);
        Npgsql.NpgsqlConnection.ClearAllPools();
        await server.ExecuteAsync("CREATE DATABASE copy TEMPLATE original");

        Assert.NotEqual(before, await ReplicaOfAsync(copy));
        Assert.Equal(before, await ReplicaOfAsync(original));
    }

    [Fact]
    public async Task What_is_fetched_ahead_is_what_stands_there_whichever_instance_wrote_it()
    {
        await using (IStoreTransaction writing = await First.BeginScopeAsync(Scope))
        {
            await writing.SetLocalAsync("area", "there", "1"u8.ToArray());
            await writing.CommitAsync(Durability.Full);
        }

        var ahead = new ReadAhead
        {
            Scope = Scope,
            Locals = [new("area", "there"), new("area", "missing"), new("other", "there")],
            Records = [new RecordKey("notes", "missing"), new RecordKey("notes", "there")],
        };
        await using (IStoreTransaction writing = await Second.BeginScopeAsync(Scope))
        {
            await WriteAsync(writing, Scope, "there", writing.Replica);
            await writing.CommitAsync(Durability.Full);
        }

        await using IStoreSnapshot snapshot = await First.ReadAsync(ahead);
        await using IStoreTransaction transaction = await First.BeginScopeAsync(Scope, ahead);
        await transaction.SetLocalAsync("area", "missing", "2"u8.ToArray());
        foreach (IStoreSnapshot view in (IStoreSnapshot[])[snapshot, transaction])
        {
            Assert.Equal("1"u8.ToArray(), (await view.GetLocalAsync("area", "there"))?.ToArray());
            Assert.Null(await view.GetLocalAsync("other", "there"));
            Assert.NotNull(await view.GetAsync(Scope, new RecordKey("notes", "there")));
            Assert.Null(await view.GetAsync(Scope, new RecordKey("notes", "missing")));
            Assert.Equal(1, (await view.GetScopeAsync(Scope)).Knowledge.Entries[0].Counter);
        }

        Assert.Null(await snapshot.GetLocalAsync("area", "missing"));
        Assert.Equal("2"u8.ToArray(), (await transaction.GetLocalAsync("area", "missing"))?.ToArray());
    }

    private static string WithDatabase(PostgreSqlServer server, string database) =>
        new Npgsql.NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = database }.ConnectionString;

    private static async Task<ReplicaId> ReplicaOfAsync(PostgreSqlStoreOptions options)
    {
        await using var store = new PostgreSqlRecordStore(options);
        await store.OpenAsync();
        return store.Replica;
    }

    private static async Task<Dot> WriteAsync(IStoreTransaction transaction, string scope, string key, ReplicaId writer)
    {
        var dot = new Dot(await transaction.InternAsync(writer), 1);
        await transaction.PutAsync(
            scope,
            new StoredRecord(
                new RecordKey("notes", key), [new RecordVersion(dot, new HybridTimestamp(1), "ann", new byte[] { 0x80 })]));
        ScopeState state = await transaction.GetScopeAsync(scope);
        await transaction.SetScopeAsync(scope, state with { Knowledge = state.Knowledge.With(dot) });
        return dot;
    }

    private static async Task<ScopeState> StateAsync(PostgreSqlRecordStore store)
    {
        await using IStoreSnapshot snapshot = await store.ReadAsync();
        return await snapshot.GetScopeAsync(Scope);
    }

    private static async Task<ChangeSlice> ChangesAsync(PostgreSqlRecordStore store, VersionVector known, VersionVector upTo)
    {
        await using IStoreSnapshot snapshot = await store.ReadAsync();
        return await snapshot.ReadChangesAsync(Scope, new ChangeQuery(known, upTo, After: null, new ReadBudget(1 << 20)));
    }
}
