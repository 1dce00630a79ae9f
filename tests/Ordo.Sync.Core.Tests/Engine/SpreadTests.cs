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

    [Fact]
    public async Task A_mark_reads_back_as_it_was_written()
    {
        await using var store = new InMemoryRecordStore();
        await store.OpenAsync(TestContext.Current.CancellationToken);
        await using IStoreTransaction transaction = await store.BeginAsync(TestContext.Current.CancellationToken);
        SpreadMark mark = (SpreadMark.None with { Spread = new HybridTimestamp(20), RestampCount = 7 })
            .Push(Hub, upTo: 3, new HybridTimestamp(30))
            .Push(Peer, upTo: 4, new HybridTimestamp(40));

        await mark.WriteAsync(transaction, "course/a", TestContext.Current.CancellationToken);
        SpreadMark read = await SpreadMark.ReadAsync(transaction, "course/a", TestContext.Current.CancellationToken);

        Assert.Equal((mark.Spread, mark.RestampCount), (read.Spread, read.RestampCount));
        Assert.Equal(mark.Offered, read.Offered.AsEnumerable());
        Assert.Equal(default, (await SpreadMark.ReadAsync(transaction, "course/b", TestContext.Current.CancellationToken)).Latest);
    }

    [Fact]
    public void Of_many_pushes_without_an_answer_the_oldest_counts_as_taken()
    {
        SpreadMark mark = SpreadMark.None;
        for (ulong i = 1; i <= 65; i++)
        {
            mark = mark.Push(Peer, (long)i, new HybridTimestamp(i));
        }

        // A refusal takes back what is remembered; the oldest is remembered no more.
        Assert.Equal(new HybridTimestamp(1), mark.Answer(Peer, known: 0, isRefused: true).Latest);
    }

    [Fact]
    public void A_push_that_brings_nothing_later_than_what_has_spread_is_not_remembered()
    {
        SpreadMark mark = SpreadMark.None with { Spread = new HybridTimestamp(30) };

        Assert.Same(mark, mark.Push(Hub, upTo: 3, new HybridTimestamp(30)));
        SpreadMark once = mark.Push(Hub, upTo: 3, new HybridTimestamp(31));
        Assert.Same(once, once.Push(Hub, upTo: 3, new HybridTimestamp(31)));
    }

    [Fact]
    public async Task What_was_read_before_versions_were_stamped_anew_is_not_given_away()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        await using var store = new InMemoryRecordStore();
        await store.OpenAsync(cancellation);
        await using IStoreSnapshot before = await store.ReadAsync(cancellation);
        await using (IStoreTransaction transaction = await store.BeginAsync(cancellation))
        {
            await (SpreadMark.None with { RestampCount = 1 }).WriteAsync(transaction, "course/a", cancellation);
            await transaction.CommitAsync(Durability.Normal, cancellation);
        }

        await using IStoreSnapshot after = await store.ReadAsync(cancellation);

        Assert.False(await SpreadMark.TryNoteAsync(store, before, "course/a", new HybridTimestamp(30), cancellation));
        Assert.True(await SpreadMark.TryNoteAsync(store, after, "course/a", new HybridTimestamp(30), cancellation));
        await using IStoreSnapshot noted = await store.ReadAsync(cancellation);
        Assert.Equal(new HybridTimestamp(30), (await SpreadMark.ReadAsync(noted, "course/a", cancellation)).Spread);
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
