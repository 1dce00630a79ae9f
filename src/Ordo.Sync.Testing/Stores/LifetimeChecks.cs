using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Testing.Stores;

/// <summary>Opening, disposing, and what is over.</summary>
internal static class LifetimeChecks
{
    public static IEnumerable<ConformanceCheck> All =>
    [
        new("A store that is not open refuses to be read and written", RefusesBeforeOpenAsync, opens: false),
        new("A new store is empty and knows itself", NewStoreIsEmptyAsync),
        new("Two new stores have different identities", IdentitiesDifferAsync),
        new("A disposed store refuses to be read and written", RefusesAfterDisposeAsync),
        new("A store may be disposed twice", DisposeTwiceAsync),
        new(
            "A store that was never opened may be disposed", probe => probe.Store.DisposeAsync().AsTask(),
            opens: false),
        new("A committed transaction is over", CommittedIsOverAsync),
        new("A transaction may be disposed after its commit, and twice", DisposeTransactionTwiceAsync),
        new("A call that is cancelled beforehand throws and changes nothing", CancelledBeforehandAsync),
    ];

    private static async Task RefusesBeforeOpenAsync(StoreProbe probe)
    {
        foreach ((string what, Func<Task> call) in CallsOf(probe.Store))
        {
            await Expect.Throws<InvalidOperationException>(call, $"{what} before OpenAsync");
        }
    }

    private static async Task NewStoreIsEmptyAsync(StoreProbe probe)
    {
        Expect.That(probe.Store.Name.Length > 0, "a store has a name");
        Expect.That(!probe.Store.Replica.IsEmpty, "a store has a replica id");
        Expect.That(probe.Store.Replicas.IndexOf(probe.Store.Replica) >= 0, "a store's own replica has an index");
        await using IStoreSnapshot snapshot = await probe.Store.ReadAsync(probe.Token);
        Expect.Equal(probe.Store.Replica, snapshot.Replica, "The identity in a snapshot");
        Expect.Equal(1, snapshot.Replicas.Count, "The replicas met");
        Expect.Equal(0L, snapshot.Counter, "The counter");
        Expect.Equal(default, snapshot.Clock, "The clock");
        Expect.Sequence([], await snapshot.ListScopesAsync(), "The scopes");
        Expect.Sequence([], await snapshot.ReadJournalAsync(0, 10), "The journal");
        Expect.Sequence([], await snapshot.ListLocalAsync(Sample.Area, null, 10), "The local entries");
        Expect.Equal(
            StoreText.Of(ScopeState.Empty), StoreText.Of(await snapshot.GetScopeAsync(Sample.Scope)), "A scope");
        Expect.Equal(null, await snapshot.GetAsync(Sample.Scope, Sample.Key("a")), "A record");
        RangeSlice range = await snapshot.ReadRangeAsync(Sample.Scope, KeyRange.All, Sample.NoLimit);
        Expect.That(range is { Records.Count: 0, IsLast: true }, "the range of an unknown scope is empty and the last");
        var all = new ChangeQuery(VersionVector.Empty, VersionVector.Of(new Dot(0, 9)), null, Sample.NoLimit);
        ChangeSlice changes = await snapshot.ReadChangesAsync(Sample.Scope, all);
        Expect.That(
            changes is { Records.Count: 0, Next: null }, "the changes of an unknown scope are empty and the last");
        Expect.Sequence([], await snapshot.QueryAsync(Sample.Scope, new RecordQuery("undeclared", 9)), "A query");
        Expect.Equal(new(0, 0, null), await snapshot.GetJournalStatusAsync(), "The journal's status");
        Expect.Equal(new(0, 0, null), await snapshot.GetJournalStatusAsync(Sample.Scope), "A scope's journal status");
    }

    private static async Task IdentitiesDifferAsync(StoreProbe probe)
    {
        IRecordStore other = await probe.CreateAsync();
        Expect.That(other.Replica != probe.Store.Replica, "every new store draws an identity of its own");
    }

    private static async Task RefusesAfterDisposeAsync(StoreProbe probe)
    {
        await probe.Store.DisposeAsync();
        foreach ((string what, Func<Task> call) in CallsOf(probe.Store))
        {
            await Expect.Throws<ObjectDisposedException>(call, $"{what} after DisposeAsync");
        }
    }

    private static async Task DisposeTwiceAsync(StoreProbe probe)
    {
        await probe.Store.DisposeAsync();
        await probe.Store.DisposeAsync();
        await Expect.Throws<ObjectDisposedException>(CallsOf(probe.Store)[0].Call, "A read after disposing twice");
    }

    private static async Task CommittedIsOverAsync(StoreProbe probe)
    {
        await using IStoreTransaction transaction = await probe.Store.BeginAsync(probe.Token);
        StoredRecord record = Sample.Record("a", transaction.NextDots());
        await transaction.CommitAsync(Durability.Normal, probe.Token);
        string before = await probe.DumpAsync();
        await Expect.Throws<InvalidOperationException>(
            () => transaction.PutAsync(Sample.Scope, record).AsTask(), "A write after the commit");
        await Expect.Throws<InvalidOperationException>(
            () => transaction.CommitAsync(Durability.Normal).AsTask(), "A second commit");
        Expect.Equal(before, await probe.DumpAsync(), "The store after writes to a committed transaction");
    }

    private static async Task DisposeTransactionTwiceAsync(StoreProbe probe)
    {
        IStoreTransaction transaction = await probe.Store.BeginAsync(probe.Token);
        await transaction.PutAsync(Sample.Scope, Sample.Record("a", transaction.NextDots()));
        await transaction.CommitAsync(Durability.Normal, probe.Token);
        await transaction.DisposeAsync();

        // A second disposal must not end the turn of a writer that came since.
        await using IStoreTransaction next = await probe.Store.BeginAsync(probe.Token);
        await transaction.DisposeAsync();
        Task<IStoreTransaction> third = probe.Store.BeginAsync(probe.Token).AsTask();
        await probe.DumpAsync();
        Expect.That(!third.IsCompleted, "disposing a transaction again admits no second writer");
        await next.DisposeAsync();
        await (await third).DisposeAsync();
        Expect.That(await probe.GetAsync(Sample.Key("a")) is not null, "disposing after the commit undoes nothing");
    }

    private static async Task CancelledBeforehandAsync(StoreProbe probe)
    {
        var cancelled = new CancellationToken(canceled: true);
        await Expect.Throws<OperationCanceledException>(
            async () => await (await probe.Store.BeginAsync(cancelled)).DisposeAsync(),
            "BeginAsync, cancelled beforehand");
        await probe.PutAsync(Sample.Scope, (Sample.Key("a"), Sample.Map()));
        Expect.That(await probe.GetAsync(Sample.Key("a")) is not null, "a cancelled begin holds no turn");
    }

    private static List<(string What, Func<Task> Call)> CallsOf(IRecordStore store) =>
    [
        ("GetAsync", async () => await store.GetAsync(Sample.Scope, Sample.Key("a"))),
        ("ReadAsync", async () => await (await store.ReadAsync()).DisposeAsync()),
        ("BeginAsync", async () => await (await store.BeginAsync()).DisposeAsync()),
        ("DefineCollectionAsync", async () => await store.DefineCollectionAsync(new CollectionSchema("notes", []))),
    ];
}
