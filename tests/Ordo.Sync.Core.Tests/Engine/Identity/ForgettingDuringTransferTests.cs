using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Errors;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Forgetting;
using Ordo.Sync.Replication.Responder;
using Ordo.Sync.Storage.Memory;

namespace Ordo.Sync.Core.Tests.Engine.Identity;

/// <summary>
/// A hub forgets a delete between two pages of a transfer whose receiver knows that delete. A page read before holds the write that
/// lost against it, and no later page says so: the transfer begins anew.
/// </summary>
public sealed class ForgettingDuringTransferTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = TestHub.NewClock();
    private readonly InMemoryRecordStore _store = new("hub");
    private SubscriberLedger _subscribers = null!;
    private TestHub _hub = null!;

    public async ValueTask InitializeAsync()
    {
        await _store.OpenAsync();
        _subscribers = new SubscriberLedger(_store, _clock);
        _hub = await TestHub.StartAsync(_store, _clock, new ResponderOptions { Subscribers = _subscribers });
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task A_write_that_lost_against_a_forgotten_delete_does_not_come_back_with_an_earlier_page()
    {
        await using var ann = new TestDevice(_hub.Connect(), _clock);
        var wire = new SwitchableTransport(_hub.Connect());
        var guard = new GuardedTransport(wire);
        await using var ben = new TestDevice(
            guard, _clock, configure: sync => sync.Configure(options => options.PageBytesMax = 16 * 1024));
        await ann.Notes.PutAsync("known to both", new Note());
        await ann.SyncAsync();
        await ben.SyncAsync();
        await WriteManyAsync(ann, "fought over");
        await ann.SyncAsync();
        _clock.Advance(TimeSpan.FromSeconds(1));
        await ben.Notes.PutAsync("fought over", new Note { Text = "ben's" });
        await ben.Notes.DeleteAsync("fought over");

        guard.PushRefusal = SyncErrorCode.Forbidden;
        wire.FailAfter(pulls: 2);
        Assert.Equal(SyncErrorCode.Unreachable, (await ben.Engine.SyncAsync()).Error?.Code);
        guard.PushRefusal = null;
        wire.FailAfter(pulls: 0);
        Assert.Equal(SyncErrorCode.Unreachable, (await ben.Engine.SyncAsync()).Error?.Code);
        await ann.SyncAsync();
        await ann.SyncAsync();
        Assert.Equal(1, await CollectAsync());

        wire.FailAfter(pulls: int.MaxValue);
        SyncReport rest = await ben.SyncAsync();

        Assert.Null(await ben.Notes.GetAsync("fought over"));
        Assert.Equal(1_000, rest.PulledCount);
        Assert.Equal((await _hub.StateAsync(TestDevice.ScopeName)).Digest, await ben.DigestAsync());
        Assert.Equal(await ann.DigestAsync(), await ben.DigestAsync());
    }

    private static async Task WriteManyAsync(TestDevice device, string first) => await device.Engine.WriteAsync(write =>
    {
        write.Put(device.Notes, first, new Note { Text = "lost" });
        for (int i = 0; i < 1_000; i++)
        {
            write.Put(device.Notes, $"k{i:D6}", new Note { Text = new string('x', 100), Score = i });
        }
    });

    private async Task<int> CollectAsync()
    {
        await _subscribers.FlushAsync();
        CollectionCatalog catalog = await CollectionCatalog.LoadAsync(_store);
        return await TombstoneCollector.CollectAsync(
            _store, catalog, TestDevice.ScopeName, _clock.GetUtcNow() - TimeSpan.FromDays(90));
    }
}
