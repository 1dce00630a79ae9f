using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Engine.Bundles;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Forgetting;
using Ordo.Sync.Replication.Responder;
using Ordo.Sync.Storage.Memory;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Core.Tests.Engine.Identity;

/// <summary>
/// A device holds, at the end of its first transfer, a write that has lost elsewhere against a delete which the hub has forgotten since.
/// Found by the model of the rules (seeds 700251753 and 912747535 of the profile FillingLate): it kept what the other one had dropped.
/// </summary>
public sealed class FillAfterForgettingTests : IAsyncDisposable
{
    private static readonly TimeSpan Horizon = TimeSpan.FromDays(90);

    private readonly FakeTimeProvider _clock = TestHub.NewClock();
    private readonly InMemoryRecordStore _store = new("hub");
    private readonly SubscriberLedger _subscribers;

    public FillAfterForgettingTests() => _subscribers = new SubscriberLedger(_store, _clock);

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task A_write_that_lost_elsewhere_against_a_delete_which_the_hub_forgot_is_the_same_for_all_after_a_first_transfer_in_pages()
    {
        TestHub hub = await StartAsync();
        await using TestDevice dan = Device(hub.Connect("dan"));
        await using var ann = new TestDevice(hub.Connect("ann"), _clock);
        using MemoryStream bundle = await WriteAsync(dan);
        await ForgetAsync(ann, bundle);

        await dan.SyncAsync();
        await ann.SyncAsync();
        await dan.SyncAsync();

        await AssertSameAsync(hub, ann, dan);
    }

    [Fact]
    public async Task So_is_one_that_a_bundle_brings_during_the_first_transfer()
    {
        TestHub hub = await StartAsync();
        var way = new SwitchableTransport(hub.Connect("cem"));
        await using TestDevice cem = Device(way);
        await using TestDevice dan = Device(transport: null);
        await using var ann = new TestDevice(hub.Connect("ann"), _clock);
        using MemoryStream bundle = await WriteAsync(dan);
        await ForgetAsync(ann, bundle);

        way.FailAfter(pulls: 2);
        Assert.NotNull((await cem.Engine.SyncAsync()).Error);
        await ImportAsync(cem, bundle);
        way.FailAfter(int.MaxValue);
        await cem.SyncAsync();
        await ann.SyncAsync();

        await AssertSameAsync(hub, ann, cem);
    }

    private async Task<TestHub> StartAsync()
    {
        await _store.OpenAsync();
        return await TestHub.StartAsync(_store, _clock, new ResponderOptions { Subscribers = _subscribers });
    }

    private TestDevice Device(ISyncTransport? transport) =>
        new(transport, _clock, configure: sync => sync.Configure(options => options.PageBytesMax = 16 * 1024));

    private async Task<MemoryStream> WriteAsync(TestDevice device)
    {
        await device.Notes.PutAsync("both", new Note { Text = "dan's" });
        _clock.Advance(TimeSpan.FromSeconds(1));
        var bundle = new MemoryStream();
        await device.Engine.Bundles.ExportAsync(bundle, new BundleExportOptions());
        return bundle;
    }

    // The write of the bundle loses here against a later delete, of which everybody forgets all but that there was something.
    private async Task ForgetAsync(TestDevice device, MemoryStream bundle)
    {
        await device.Notes.PutAsync("both", new Note { Text = "ann's" });
        await device.Notes.DeleteAsync("both");
        for (int i = 0; i < 100; i++)
        {
            await device.Notes.PutAsync($"{i:d3}", new Note { Text = new string('x', 1000) });
        }

        await device.SyncAsync();
        await ImportAsync(device, bundle);
        Assert.Null(await device.Notes.GetAsync("both"));
        _clock.Advance(Horizon + TimeSpan.FromDays(1));
        await device.SyncAsync();
        await _subscribers.FlushAsync();
        CollectionCatalog catalog = await CollectionCatalog.LoadAsync(_store);
        Assert.Equal(1, await TombstoneCollector.CollectAsync(
            _store, catalog, TestDevice.ScopeName, _clock.GetUtcNow() - Horizon));
        await device.SyncAsync();
    }

    private static async Task ImportAsync(TestDevice device, MemoryStream bundle)
    {
        bundle.Position = 0;
        await device.Engine.Bundles.ImportAsync(bundle, new BundleImportOptions());
    }

    private static async Task AssertSameAsync(TestHub hub, params TestDevice[] devices)
    {
        foreach (TestDevice device in devices)
        {
            Assert.Equal((await hub.StateAsync(TestDevice.ScopeName)).Digest, await device.DigestAsync());
            Assert.Equal("dan's", (await device.Notes.GetAsync("both"))!.Value!.Text);
        }
    }
}
