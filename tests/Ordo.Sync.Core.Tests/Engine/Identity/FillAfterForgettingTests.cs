using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Engine.Bundles;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Forgetting;
using Ordo.Sync.Replication.Responder;
using Ordo.Sync.Storage.Memory;

namespace Ordo.Sync.Core.Tests.Engine.Identity;

/// <summary>
/// A device gave a write away before its first transfer; it lost there against a delete, which the hub has forgotten since. Found by the
/// model of the rules (seed 700251753 of the profile FillingLate): the device kept what the other one had dropped.
/// </summary>
public sealed class FillAfterForgettingTests
{
    private static readonly TimeSpan Horizon = TimeSpan.FromDays(90);

    [Fact]
    public async Task A_write_that_lost_elsewhere_against_a_delete_which_the_hub_forgot_is_the_same_for_all_after_a_first_transfer_in_pages()
    {
        FakeTimeProvider clock = TestHub.NewClock();
        var store = new InMemoryRecordStore("hub");
        await store.OpenAsync();
        var subscribers = new SubscriberLedger(store, clock);
        TestHub hub = await TestHub.StartAsync(store, clock, new ResponderOptions { Subscribers = subscribers });
        await using var ann = new TestDevice(hub.Connect("ann"), clock);
        await using var dan = new TestDevice(
            hub.Connect("dan"), clock, configure: sync => sync.Configure(options => options.PageBytesMax = 16 * 1024));
        await dan.Notes.PutAsync("both", new Note { Text = "dan's" });
        clock.Advance(TimeSpan.FromSeconds(1));
        await ann.Notes.PutAsync("both", new Note { Text = "ann's" });
        await ann.Notes.DeleteAsync("both");
        for (int i = 0; i < 100; i++)
        {
            await ann.Notes.PutAsync($"{i:d3}", new Note { Text = new string('x', 1000) });
        }

        await ann.SyncAsync();
        using var bundle = new MemoryStream();
        await dan.Engine.Bundles.ExportAsync(bundle, new BundleExportOptions());
        bundle.Position = 0;
        await ann.Engine.Bundles.ImportAsync(bundle, new BundleImportOptions());
        Assert.Null(await ann.Notes.GetAsync("both"));
        clock.Advance(Horizon + TimeSpan.FromDays(1));
        await ann.SyncAsync();
        await subscribers.FlushAsync();
        Assert.Equal(1, await TombstoneCollector.CollectAsync(
            store, await CollectionCatalog.LoadAsync(store), TestDevice.ScopeName, clock.GetUtcNow() - Horizon));
        await ann.SyncAsync();

        await dan.SyncAsync();
        await ann.SyncAsync();
        await dan.SyncAsync();

        UInt128 digest = (await hub.StateAsync(TestDevice.ScopeName)).Digest;
        Assert.Equal(digest, await ann.DigestAsync());
        Assert.Equal(digest, await dan.DigestAsync());
        Assert.Equal("dan's", (await ann.Notes.GetAsync("both"))!.Value!.Text);
    }
}
