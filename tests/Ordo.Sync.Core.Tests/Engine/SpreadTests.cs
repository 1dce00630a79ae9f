using Ordo.Sync.Causality;
using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Session;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Memory;

namespace Ordo.Sync.Core.Tests.Engine;

/// <summary>How late what others may have is stamped.</summary>
public sealed class SpreadTests
{
    private static readonly ReplicaId Hub = new(1);
    private static readonly ReplicaId Peer = new(2);

    [Fact]
    public void A_push_without_an_answer_may_have_arrived()
    {
        SpreadMark mark = SpreadMark.None.Push(Hub, upTo: 3, new HybridTimestamp(30));

        Assert.Equal(new HybridTimestamp(30), mark.Latest);
    }

    [Fact]
    public void A_refusal_takes_back_what_that_peer_does_not_know_and_nothing_else()
    {
        SpreadMark mark = SpreadMark.None
            .Push(Hub, upTo: 3, new HybridTimestamp(30))
            .Push(Peer, upTo: 4, new HybridTimestamp(40))
            .Push(Hub, upTo: 5, new HybridTimestamp(50));

        SpreadMark refused = mark.Answer(Hub, known: 3, isRefused: true);

        Assert.Equal(new HybridTimestamp(30), refused.Spread);
        Assert.Equal(new HybridTimestamp(40), refused.Latest);
    }

    [Fact]
    public void What_a_peer_took_has_spread_and_the_rest_stays_under_way()
    {
        SpreadMark mark = SpreadMark.None
            .Push(Hub, upTo: 3, new HybridTimestamp(30))
            .Push(Hub, upTo: 5, new HybridTimestamp(50));

        SpreadMark taken = mark.Answer(Hub, known: 3, isRefused: false);

        Assert.Equal(new HybridTimestamp(30), taken.Spread);
        Assert.Equal(new HybridTimestamp(50), taken.Latest);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(21)]
    public async Task A_mark_that_is_damaged_is_reported_as_such(int length)
    {
        await using var store = new InMemoryRecordStore();
        await store.OpenAsync(TestContext.Current.CancellationToken);
        await using IStoreTransaction transaction = await store.BeginAsync(TestContext.Current.CancellationToken);
        await SpreadMark.NoteAsync(transaction, "course/a", new HybridTimestamp(30), TestContext.Current.CancellationToken);
        await transaction.SetLocalAsync("spread", "course/a", new byte[length], TestContext.Current.CancellationToken);

        SyncException damaged = await Assert.ThrowsAsync<SyncException>(async () =>
            await SpreadMark.ReadAsync(transaction, "course/a", TestContext.Current.CancellationToken));

        Assert.Equal(SyncErrorCode.StoreCorrupt, damaged.Code);
    }
}
