using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Forgetting;
using Ordo.Sync.Replication.Responder;
using Ordo.Sync.Storage.Memory;

namespace Ordo.Sync.Core.Tests.Engine.Identity;

/// <summary>
/// Ann deleted a record, Ben and the hub knew it and everybody forgot the tombstone; then the hub was put back to before the delete.
/// A third device was away meanwhile. Each has a principal of its own.
/// </summary>
internal sealed class LostDeleteScene : IAsyncDisposable
{
    private static readonly TimeSpan Horizon = TimeSpan.FromDays(90);

    private readonly SwitchableTransport _annsWay;
    private readonly SwitchableTransport _latesWay;

    private LostDeleteScene(TestHub hub, FakeTimeProvider clock, ConflictStrategy strategy)
    {
        Clock = clock;
        _annsWay = new SwitchableTransport(hub.Connect("ann"));
        BensWay = new SwitchableTransport(hub.Connect("ben"));
        _latesWay = new SwitchableTransport(hub.Connect("late"));
        Ann = new TestDevice(_annsWay, clock, strategy);
        Ben = new TestDevice(BensWay, clock, strategy);
        Late = new TestDevice(_latesWay, clock, strategy);
    }

    public FakeTimeProvider Clock { get; }

    public SwitchableTransport BensWay { get; }

    public TestDevice Ann { get; }

    public TestDevice Ben { get; }

    public TestDevice Late { get; }

    /// <summary>The hub that was put back.</summary>
    public TestHub Restored { get; private set; } = null!;

    public static async Task<LostDeleteScene> PlayAsync(ConflictStrategy strategy)
    {
        FakeTimeProvider clock = TestHub.NewClock();
        var store = new InMemoryRecordStore("hub");
        await store.OpenAsync();
        var subscribers = new SubscriberLedger(store, clock);
        TestHub hub = await TestHub.StartAsync(store, clock, new ResponderOptions { Subscribers = subscribers });
        var scene = new LostDeleteScene(hub, clock, strategy);
        await scene.Ann.Notes.PutAsync("deleted", new Note { Text = "old" });
        await scene.Ann.Notes.PutAsync("kept", new Note { Text = "old" });
        await SyncAsync(scene.Ann, scene.Ben, scene.Late);
        scene.Restored = await hub.RestoreAsync(clock);
        await scene.Ann.Notes.DeleteAsync("deleted");
        await SyncAsync(scene.Ann, scene.Ben);
        clock.Advance(Horizon + TimeSpan.FromDays(1));
        await SyncAsync(scene.Ann, scene.Ben, scene.Ann);
        await subscribers.FlushAsync();
        Assert.Equal(1, await TombstoneCollector.CollectAsync(
            store, await CollectionCatalog.LoadAsync(store), TestDevice.ScopeName, clock.GetUtcNow() - Horizon));
        await SyncAsync(scene.Ann, scene.Ben);
        scene._annsWay.Switch(scene.Restored.Connect("ann"));
        scene.BensWay.Switch(scene.Restored.Connect("ben"));
        scene._latesWay.Switch(scene.Restored.Connect("late"));
        await scene.Ben.Notes.PutAsync("new", new Note { Text = "ben's" });
        return scene;
    }

    public static async Task SyncAsync(params TestDevice[] devices)
    {
        foreach (TestDevice device in devices)
        {
            await device.SyncAsync();
        }
    }

    public async Task AssertDeletedAsync(params TestDevice[] devices)
    {
        UInt128 digest = (await Restored.StateAsync(TestDevice.ScopeName)).Digest;
        foreach (TestDevice device in devices)
        {
            Assert.Null(await device.Notes.GetAsync("deleted"));
            Assert.Equal("old", (await device.Notes.GetAsync("kept"))!.Value!.Text);
            Assert.Equal("ben's", (await device.Notes.GetAsync("new"))!.Value!.Text);
            Assert.Equal(digest, await device.DigestAsync());
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Ann.DisposeAsync();
        await Ben.DisposeAsync();
        await Late.DisposeAsync();
    }
}
