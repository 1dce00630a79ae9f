using Ordo.Sync.Causality;
using Ordo.Sync.Engine.Bundles;
using Ordo.Sync.Engine.Sessions;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Bundles;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Replication.Session;
using Ordo.Sync.Strategies.Tests.Worlds;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Core.Tests.Engine.Generations;

/// <summary>
/// Who may take over a generation without having followed the ones before: only who has nothing at all. Found by the model of the
/// rules, where a scope that held writes of its own did so too.
/// </summary>
public sealed class GenerationEntryTests : CompactedScope
{
    [Fact]
    public async Task What_a_device_gave_away_before_it_ever_synced_does_not_return_once_deleted_and_folded()
    {
        (TestDevice ann, TestDevice ben) = (Add(), Add());
        var transport = new SwitchableTransport(Hub.Connect());
        TestDevice dan = Keep(new TestDevice(transport, Clock));
        transport.FailAfter(0);
        await dan.Engine.SyncAsync();
        await dan.Notes.PutAsync("dan's", new Note());
        await CarryAsync(dan, ann);
        await ben.Notes.PutAsync("b", new Note());
        await SyncAsync(ann, ben, ann);
        await ann.Notes.DeleteAsync("dan's");
        await SyncAsync(ann, ben);
        Assert.True((await CompactAsync()).IsStarted);
        transport.FailAfter(int.MaxValue);

        await SyncAsync(dan, ann, ben);

        Assert.Null(await dan.Notes.GetAsync("dan's"));
        Assert.Null(await ben.Notes.GetAsync("dan's"));
        Assert.NotNull(await dan.Notes.GetAsync("b"));
        await AssertEqualAsync(ann, ben, dan);
    }

    [Fact]
    public async Task A_bundle_of_a_later_generation_is_refused_by_a_device_that_has_writes_of_its_own()
    {
        (TestDevice ann, TestDevice ben) = (Add(), Add());
        await ann.Notes.PutAsync("a", new Note());
        await ben.Notes.PutAsync("b", new Note());
        await SyncAsync(ann, ben, ann);
        await CompactAsync();
        await ann.SyncAsync();
        TestDevice dan = Add();
        await dan.Notes.PutAsync("dan's", new Note());

        BundleImportReport report = await CarryAsync(ann, dan);
        await SyncAsync(dan, ann);

        Assert.Equal(BundleScopeStatus.OtherGeneration, Assert.Single(report.Scopes).Status);
        Assert.NotNull(await ann.Notes.GetAsync("dan's"));
        Assert.NotNull(await dan.Notes.GetAsync("a"));
        await AssertEqualAsync(ann, ben, dan);
    }

    [Fact]
    public async Task A_hub_below_that_comes_after_a_compaction_can_still_tell_devices_of_the_first_generation()
    {
        (TestDevice ann, TestDevice ben) = (Add(), Add());
        await ann.Notes.PutAsync("a", new Note());
        await ben.Notes.PutAsync("b", new Note());
        await SyncAsync(ann, ben);
        await CompactAsync();
        TestHub below = await TestHub.StartAsync(Clock);
        await SyncUpAsync(below);
        TestDevice dan = Keep(new TestDevice(below.Connect(), Clock));
        await dan.Notes.PutAsync("dan's", new Note());
        await Hub.Connect().HelloAsync(new HelloRequest(1, 1, dan.Engine.Replica, []));

        SyncReport report = await dan.SyncAsync();
        await SyncUpAsync(below);
        await ann.SyncAsync();

        Assert.Equal(1, Assert.Single(report.Scopes).Session!.GenerationCount);
        Assert.NotNull(await dan.Notes.GetAsync("a"));
        Assert.NotNull(await ann.Notes.GetAsync("dan's"));
        Assert.Equal((await Hub.StateAsync(Scope)).Digest, await dan.DigestAsync());
    }

    private static async Task<BundleImportReport> CarryAsync(TestDevice from, TestDevice to)
    {
        using var bundle = new MemoryStream();
        await from.Engine.Bundles.ExportAsync(bundle, new BundleExportOptions());
        bundle.Position = 0;
        return await to.Engine.Bundles.ImportAsync(bundle, new BundleImportOptions());
    }

    private async Task SyncUpAsync(TestHub below)
    {
        CollectionCatalog catalog = await CollectionCatalog.LoadAsync(below.Store);
        ISyncTransport transport = Hub.Connect();
        HelloResponse hello = await transport.HelloAsync(new HelloRequest(1, 1, below.Store.Replica, []));
        var runner = new SessionRunner(
            below.Store,
            catalog,
            new SessionPeer(transport, hello.Replica, hello.PageBytesMax),
            Scope,
            new SilentObserver(),
            Clock,
            EntropySource.System)
        {
            KeepsGenerations = true,
            RestampsUnsynced = false,
        };
        Assert.Equal(SessionResult.Converged, (await runner.RunAsync()).Result);
    }
}
