using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Testing.Stores;

/// <summary>Everything of a transaction or nothing of it.</summary>
internal static class AtomicityChecks
{
    public static IEnumerable<ConformanceCheck> All =>
    [
        new("A commit makes everything that was written visible at once", CommitShowsAllAsync),
        new("Disposing without a commit undoes everything", RollbackUndoesAllAsync),
        new("A rollback restores what was overwritten, removed, pruned and dropped", RollbackRestoresAsync),
        new("A rollback leaves the indexes as they were", RollbackLeavesIndexesAsync),
        new("Dots of a transaction undone are issued again", RollbackReissuesDotsAsync),
        new("A replica interned in a transaction undone has no index", RollbackForgetsReplicasAsync),
        new("A transaction sees its own writes", SeesOwnWritesAsync),
        new("A transaction sees its own removals", SeesOwnRemovalsAsync),
    ];

    private static async Task CommitShowsAllAsync(StoreProbe probe)
    {
        string before = await probe.DumpAsync();
        await using IStoreTransaction transaction = await probe.Store.BeginAsync(probe.Token);
        await WriteOfEverythingAsync(transaction, 1);
        Expect.Equal(before, await probe.DumpAsync(), "What readers see before the commit");
        Expect.Equal(null, await probe.GetAsync(Sample.Key("a1")), "What GetAsync sees before the commit");
        Expect.Equal(1, probe.Store.Replicas.Count, "The replicas met before the commit");
        string own = await StoreText.DumpAsync(transaction);
        await transaction.CommitAsync(Durability.Full, probe.Token);
        Expect.Equal(own, await probe.DumpAsync(), "What readers see after the commit");
        Expect.That(await probe.GetAsync(Sample.Key("a1")) is not null, "GetAsync sees the commit");
        Expect.Equal(2, probe.Store.Replicas.Count, "The replicas met after the commit");
    }

    private static async Task RollbackUndoesAllAsync(StoreProbe probe)
    {
        await probe.WriteAsync(transaction => WriteOfEverythingAsync(transaction, 1));
        string before = await probe.DumpAsync();
        ReplicaId identity = probe.Store.Replica;
        await probe.AbandonAsync(async transaction =>
        {
            await WriteOfEverythingAsync(transaction, 2);
            await transaction.RotateAsync(Sample.Peer(77));
        });
        Expect.Equal(before, await probe.DumpAsync(), "What the store holds after a rollback");
        Expect.Equal(identity, probe.Store.Replica, "The identity after a rollback");
    }

    private static async Task RollbackRestoresAsync(StoreProbe probe)
    {
        await probe.WriteAsync(transaction => WriteOfEverythingAsync(transaction, 1));
        await probe.WriteAsync(transaction => WriteOfEverythingAsync(transaction, 2));
        string before = await probe.DumpAsync();
        await probe.AbandonAsync(async transaction =>
        {
            await transaction.PutAsync(Sample.Scope, Sample.Record("a1", transaction.NextDots(), "other"));
            await transaction.RemoveAsync(Sample.Scope, Sample.Key("a2"));
            await transaction.PruneJournalAsync(Sample.Scope, new Dot(0, Dot.CounterMax));
            await transaction.RemoveLocalAsync(Sample.Area, "hub1");
            await transaction.SetLocalAsync(Sample.Area, "hub2", Sample.Bytes(3));
            await transaction.SetScopeAsync(Sample.Scope, ScopeState.Empty);
            await transaction.DropScopeAsync(Sample.OtherScope);
        });
        Expect.Equal(before, await probe.DumpAsync(), "What the store holds after a rollback");
    }

    private static async Task RollbackLeavesIndexesAsync(StoreProbe probe)
    {
        await probe.DefineAsync(Sample.Collection, new IndexDefinition("n", IndexType.Integer));
        await probe.PutAsync(
            Sample.Scope, (Sample.Key("a"), Sample.Map(("n", 1))), (Sample.Key("b"), Sample.Map(("n", 2))));
        await probe.AbandonAsync(async transaction =>
        {
            Dot dot = transaction.NextDots(2);
            await transaction.PutAsync(Sample.Scope, Sample.Record(Sample.Key("a"), dot, Sample.Map(("n", 5))));
            await transaction.RemoveAsync(Sample.Scope, Sample.Key("b"));
            await transaction.PutAsync(
                Sample.Scope,
                Sample.Record(Sample.Key("c"), new Dot(dot.ReplicaIndex, dot.Counter + 1), Sample.Map(("n", 6))));
        });
        var query = new RecordQuery(Sample.Collection, 9) { OrderBy = "n", Descending = true };
        Expect.Sequence(["b", "a"], StoreText.KeysOf(await probe.QueryAsync(query)), "The index after a rollback");
        ChangeSlice changes = await probe.ChangesAsync(VersionVector.Empty, VersionVector.Of(new Dot(0, 99)));
        Expect.Sequence(["a", "b"], StoreText.KeysOf(changes.Records), "The changes after a rollback");
    }

    private static async Task RollbackReissuesDotsAsync(StoreProbe probe)
    {
        await probe.WriteAsync(transaction => Task.FromResult(transaction.NextDots(3)));
        Dot undone = default;
        await probe.AbandonAsync(transaction => Task.FromResult(undone = transaction.NextDots(5)));
        await probe.WriteAsync(transaction =>
        {
            Expect.Equal(3L, transaction.Counter, "The counter after a rollback");
            Expect.Equal(undone, transaction.NextDots(), "The next dot after a rollback");
            return Task.CompletedTask;
        });
    }

    private static async Task RollbackForgetsReplicasAsync(StoreProbe probe)
    {
        await probe.AbandonAsync(async transaction => await transaction.InternAsync(Sample.Peer(1)));
        Expect.Equal(-1, probe.Store.Replicas.IndexOf(Sample.Peer(1)), "The index of a replica interned in vain");
        await probe.WriteAsync(async transaction =>
        {
            Expect.Equal(-1, transaction.Replicas.IndexOf(Sample.Peer(1)), "Its index in the next transaction");
            int index = await transaction.InternAsync(Sample.Peer(2));
            Expect.Equal(Sample.Peer(2), transaction.Replicas[index], "The replica at the index given next");
        });
        Expect.Equal(2, probe.Store.Replicas.Count, "The replicas met");
    }

    private static async Task SeesOwnWritesAsync(StoreProbe probe)
    {
        await probe.DefineAsync(Sample.Collection, new IndexDefinition("n", IndexType.Integer));
        await probe.WriteAsync(async transaction =>
        {
            Dot dot = transaction.NextDots();
            await transaction.PutAsync(Sample.Scope, Sample.Record(Sample.Key("a"), dot, Sample.Map(("n", 7))));
            Expect.That(
                await transaction.GetAsync(Sample.Scope, Sample.Key("a")) is not null, "its record is read by key");
            RangeSlice range = await transaction.ReadRangeAsync(Sample.Scope, KeyRange.All, Sample.NoLimit);
            Expect.Sequence(["a"], StoreText.KeysOf(range.Records), "Its range");
            var changed = new ChangeQuery(VersionVector.Empty, VersionVector.Of(dot), null, Sample.NoLimit);
            ChangeSlice changes = await transaction.ReadChangesAsync(Sample.Scope, changed);
            Expect.Sequence(["a"], StoreText.KeysOf(changes.Records), "Its changes");
            var query = new RecordQuery(Sample.Collection, 9)
            {
                Conditions = [new IndexCondition("n", IndexValue.Of(7L), IndexValue.Of(7L))],
            };
            Expect.Sequence(["a"], StoreText.KeysOf(await transaction.QueryAsync(Sample.Scope, query)), "Its query");
            await transaction.AppendJournalAsync(Sample.Entry(Sample.Scope, "a", dot));
            Expect.Equal(1, (await transaction.ReadJournalAsync(0, 9)).Count, "Its journal entries");
            Expect.Equal(
                1L, (await transaction.GetJournalStatusAsync(Sample.Scope)).PendingCount, "Its journal status");
            await transaction.SetLocalAsync(Sample.Area, "hub", Sample.Bytes(2));
            Expect.That(await transaction.GetLocalAsync(Sample.Area, "hub") is not null, "its local entry is read");
            await transaction.SetScopeAsync(Sample.Scope, new ScopeState { LiveCount = 4 });
            Expect.Equal(4L, (await transaction.GetScopeAsync(Sample.Scope)).LiveCount, "Its scope state");
            Expect.Sequence([Sample.Scope], await transaction.ListScopesAsync(), "Its scopes");
            transaction.AdvanceClock(Sample.Time(5));
            Expect.Equal(Sample.Time(5), transaction.Clock, "Its clock");
            Expect.Equal(1L, transaction.Counter, "Its counter");
        });
    }

    private static async Task SeesOwnRemovalsAsync(StoreProbe probe)
    {
        await probe.WriteAsync(transaction => WriteOfEverythingAsync(transaction, 1));
        await probe.WriteAsync(async transaction =>
        {
            await transaction.RemoveAsync(Sample.Scope, Sample.Key("a1"));
            Expect.Equal(null, await transaction.GetAsync(Sample.Scope, Sample.Key("a1")), "A record it removed");
            await transaction.RemoveLocalAsync(Sample.Area, "hub1");
            Expect.That(
                await transaction.GetLocalAsync(Sample.Area, "hub1") is null, "a local entry it removed is gone");
            Expect.Equal(1, await transaction.PruneJournalAsync(Sample.Scope, new Dot(0, 9)), "Pruned entries");
            Expect.Equal(1, (await transaction.ReadJournalAsync(0, 9)).Count, "The entries it left");
            await transaction.DropScopeAsync(Sample.OtherScope);
            Expect.Sequence([Sample.Scope], await transaction.ListScopesAsync(), "The scopes it left");
        });
    }

    // Two records in two scopes, their journal entries, knowledge, a local entry, a replica, the clock, the counter.
    private static async Task WriteOfEverythingAsync(IStoreTransaction transaction, int number)
    {
        foreach (string scope in new[] { Sample.Scope, Sample.OtherScope })
        {
            Dot dot = transaction.NextDots();
            await transaction.PutAsync(scope, Sample.Record($"a{number}", dot));
            await transaction.AppendJournalAsync(Sample.Entry(scope, $"a{number}", dot));
            await transaction.SetScopeAsync(
                scope,
                new ScopeState { Knowledge = VersionVector.Of(dot), Digest = (UInt128)number, LiveCount = number });
        }

        await transaction.SetLocalAsync(Sample.Area, $"hub{number}", Sample.Bytes(8, number));
        await transaction.InternAsync(Sample.Peer(number));
        transaction.AdvanceClock(Sample.Time(number * 1000));
    }
}
