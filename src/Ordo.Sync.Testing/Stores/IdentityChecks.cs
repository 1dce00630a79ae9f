using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Testing.Stores;

/// <summary>Replica ids and their indexes, dots, the clock, new incarnations.</summary>
internal static class IdentityChecks
{
    public static IEnumerable<ConformanceCheck> All =>
    [
        new("A replica id keeps the index it was given", InternAsync),
        new("Many replica ids each get an index", InternManyAsync),
        new("Dots are consecutive and of the store's own index", NextDotsAsync),
        new("The clock is raised and never set back", ClockAsync),
        new("A new incarnation counts from one under an index of its own", RotateAsync),
        new("Versions of earlier incarnations stay as they are", RotateKeepsAsync),
        new("A store may take many incarnations", RotateManyAsync),
        new("The store shows a new incarnation when it is committed", RotateVisibleAsync),
        new(
            "A copy of a store takes another identity and says why; the store itself does not",
            CopyAsync,
            needsReopen: true,
            needsCopy: true),
    ];

    private static async Task InternAsync(StoreProbe probe)
    {
        int first = -1;
        await probe.WriteAsync(async transaction =>
        {
            Expect.Equal(0, await transaction.InternAsync(transaction.Replica), "The index of the store's own replica");
            first = await transaction.InternAsync(Sample.Peer(1));
            Expect.Equal(first, await transaction.InternAsync(Sample.Peer(1)), "The index asked for again");
            int second = await transaction.InternAsync(Sample.Peer(2));
            Expect.That(first != second && first != 0 && second != 0, "different ids have different indexes");
            Expect.Equal(second, transaction.Replicas.IndexOf(Sample.Peer(2)), "The index in the transaction's table");
        });
        await probe.WriteAsync(async transaction =>
        {
            await transaction.InternAsync(Sample.Peer(3));
            Expect.Equal(first, await transaction.InternAsync(Sample.Peer(1)), "The index in another transaction");
        });
        Expect.Equal(first, probe.Store.Replicas.IndexOf(Sample.Peer(1)), "The index in the store's table");
        Expect.Equal(Sample.Peer(1), probe.Store.Replicas[first], "The id at the index");
        Expect.Equal(4, probe.Store.Replicas.Count, "The ids met");
    }

    private static async Task InternManyAsync(StoreProbe probe)
    {
        const int PeerCount = 500;
        await probe.WriteAsync(async transaction =>
        {
            for (int i = 0; i < PeerCount; i++)
            {
                await transaction.InternAsync(Sample.Peer(i));
            }
        });
        ReplicaTable replicas = probe.Store.Replicas;
        IEnumerable<int> indexes = Enumerable.Range(0, PeerCount).Select(i => replicas.Require(Sample.Peer(i)));
        Expect.Equal(PeerCount, indexes.Distinct().Count(), "The different indexes");
    }

    private static async Task NextDotsAsync(StoreProbe probe)
    {
        await probe.WriteAsync(transaction =>
        {
            Expect.Equal(new Dot(0, 1), transaction.NextDots(), "The first dot");
            Expect.Equal(new Dot(0, 2), transaction.NextDots(5), "The first of five dots");
            Expect.Equal(new Dot(0, 7), transaction.NextDots(), "The dot behind them");
            Expect.Equal(7L, transaction.Counter, "The counter in the transaction");
            return Task.CompletedTask;
        });
        await probe.WriteAsync(transaction =>
        {
            Expect.Equal(new Dot(0, 8), transaction.NextDots(), "The first dot of the next transaction");
            return Task.CompletedTask;
        });
        Expect.Equal(
            8L, await probe.ReadAsync(snapshot => Task.FromResult(snapshot.Counter)), "The counter in a snapshot");
    }

    private static async Task ClockAsync(StoreProbe probe)
    {
        await probe.WriteAsync(transaction =>
        {
            transaction.AdvanceClock(new HybridTimestamp(70));
            transaction.AdvanceClock(new HybridTimestamp(60));
            Expect.Equal(new HybridTimestamp(70), transaction.Clock, "The clock in the transaction");
            return Task.CompletedTask;
        });
        await probe.WriteAsync(transaction =>
        {
            transaction.AdvanceClock(new HybridTimestamp(69));
            return Task.CompletedTask;
        });
        HybridTimestamp clock = await probe.ReadAsync(snapshot => Task.FromResult(snapshot.Clock));
        Expect.Equal(new HybridTimestamp(70), clock, "The clock in a snapshot");
    }

    private static async Task RotateAsync(StoreProbe probe)
    {
        ReplicaId before = probe.Store.Replica;
        await probe.PutAsync(Sample.Scope, (Sample.Key("a"), Sample.Map()), (Sample.Key("b"), Sample.Map()));
        await probe.WriteAsync(async transaction =>
        {
            await transaction.RotateAsync(Sample.Peer(1));
            Expect.Equal(Sample.Peer(1), transaction.Replica, "The identity in the transaction");
            Expect.Equal(0L, transaction.Counter, "The counter of the new incarnation");
            Dot dot = transaction.NextDots();
            Expect.Equal(1L, dot.Counter, "The counter of its first dot");
            Expect.Equal(Sample.Peer(1), transaction.Replicas[dot.ReplicaIndex], "The replica of its first dot");
        });
        Expect.Equal(Sample.Peer(1), probe.Store.Replica, "The store's identity");
        Expect.That(probe.Store.Replicas.IndexOf(before) == 0, "the old identity keeps its index");
        await probe.WriteAsync(transaction =>
        {
            Expect.Equal(2L, transaction.NextDots().Counter, "The counter of the next dot");
            return Task.CompletedTask;
        });
    }

    private static async Task RotateKeepsAsync(StoreProbe probe)
    {
        await probe.PutAsync(Sample.Scope, (Sample.Key("a"), Sample.Map()));
        await probe.WriteAsync(async transaction => await transaction.RotateAsync(Sample.Peer(1)));
        await probe.PutAsync(Sample.Scope, (Sample.Key("b"), Sample.Map()));
        Expect.Equal(new Dot(0, 1), (await probe.GetAsync(Sample.Key("a")))!.Greatest.Dot, "The old record's dot");
        ChangeSlice changes = await probe.ChangesAsync(
            VersionVector.Empty, VersionVector.Of(new Dot(0, 9), new Dot(1, 9)));
        Expect.Sequence(["a", "b"], StoreText.KeysOf(changes.Records), "The changes of both incarnations");
        changes = await probe.ChangesAsync(
            VersionVector.Of(new Dot(0, 9)), VersionVector.Of(new Dot(0, 9), new Dot(1, 9)));
        Expect.Sequence(["b"], StoreText.KeysOf(changes.Records), "The changes of the new one");
    }

    private static async Task RotateManyAsync(StoreProbe probe)
    {
        for (int i = 1; i <= 20; i++)
        {
            await probe.WriteAsync(async transaction =>
            {
                await transaction.RotateAsync(Sample.Peer(i));
                await transaction.PutAsync(Sample.Scope, Sample.Record($"k{i:d2}", transaction.NextDots()));
            });
        }

        Expect.Equal(Sample.Peer(20), probe.Store.Replica, "The identity");
        RangeSlice range = await probe.ReadAsync(snapshot =>
            snapshot.ReadRangeAsync(Sample.Scope, KeyRange.All, Sample.NoLimit).AsTask());
        Expect.Sequence(
            Enumerable.Range(1, 20).Select(i => new GlobalDot(Sample.Peer(i), 1)),
            range.Records.Select(record => probe.Store.Replicas.Globalize(record.Greatest.Dot)),
            "The dots of the records");
    }

    private static async Task CopyAsync(StoreProbe probe)
    {
        await probe.PutAsync(Sample.Scope, (Sample.Key("a"), Sample.Map(("text", "a"))));
        ReplicaId before = probe.Store.Replica;
        await probe.Store.DisposeAsync();
        IRecordStore copy = await probe.CopyAsync();
        Expect.That(copy.Replica != before, "the copy has another identity");
        Expect.That(copy.RenewalReason is { Length: > 0 }, "the copy says why");
        Expect.That(
            await copy.GetAsync(Sample.Scope, Sample.Key("a"), probe.Token) is not null, "the copy holds what the store held");
        await probe.ReopenAsync();
        Expect.Equal(before, probe.Store.Replica, "The identity of the store itself");
        Expect.That(probe.Store.RenewalReason is null, "the store itself is no copy");
    }

    private static async Task RotateVisibleAsync(StoreProbe probe)
    {
        ReplicaId before = probe.Store.Replica;
        await using IStoreSnapshot snapshot = await probe.Store.ReadAsync(probe.Token);
        await using IStoreTransaction transaction = await probe.Store.BeginAsync(probe.Token);
        await transaction.RotateAsync(Sample.Peer(1));
        Expect.Equal(before, probe.Store.Replica, "The store's identity before the commit");
        await transaction.CommitAsync(Durability.Normal, probe.Token);
        Expect.Equal(Sample.Peer(1), probe.Store.Replica, "The store's identity after the commit");
        Expect.Equal(before, snapshot.Replica, "The identity in a snapshot taken before");
        Expect.Equal(1, snapshot.Replicas.Count, "The replicas in a snapshot taken before");
    }
}
