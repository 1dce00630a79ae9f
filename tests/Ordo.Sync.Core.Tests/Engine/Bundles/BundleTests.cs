using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Bundles;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Replication.Bundles;

namespace Ordo.Sync.Core.Tests.Engine.Bundles;

/// <summary>Changes in a file: the rules of the network hold.</summary>
public sealed class BundleTests : BundleScenario
{
    [Fact]
    public async Task A_bundle_of_everything_makes_a_new_device_hold_the_same()
    {
        await using TestDevice ann = await FilledAsync(30);
        await using TestDevice bob = Device();

        BundleImportReport report = await ImportAsync(bob, await ExportAsync(ann));

        Assert.True(report.IsComplete);
        Assert.Equal(30, report.ChangedCount);
        Assert.Equal(await ann.DigestAsync(), await bob.DigestAsync());
        Assert.Equal("text 17", (await bob.Notes.GetAsync("key-17"))!.Value.Text);
    }

    [Fact]
    public async Task A_bundle_for_a_peer_holds_what_the_peer_lacks_and_importing_it_twice_changes_nothing()
    {
        await using TestDevice ann = await FilledAsync(30);
        await using TestDevice bob = Device();
        await ImportAsync(bob, await ExportAsync(ann));
        await ann.Notes.PutAsync("key-3", new Note { Text = "new" });
        await ann.Notes.DeleteAsync("key-4");
        var forBob = new BundleExportOptions
        {
            Known = BundleKnowledge.Parse((await bob.Engine.Bundles.DescribeAsync()).ToBytes()),
        };

        var file = new MemoryStream();
        BundleExportReport exported = await ann.Engine.Bundles.ExportAsync(file, forBob);
        BundleImportReport first = await ImportAsync(bob, file);
        BundleImportReport second = await ImportAsync(bob, file);

        Assert.Equal(2, exported.RecordCount);
        Assert.Equal((2, 0), (first.ChangedCount, second.ChangedCount));
        Assert.True(second.IsComplete);
        Assert.Equal(await ann.DigestAsync(), await bob.DigestAsync());
        Assert.Null(await bob.Notes.GetAsync("key-4"));
    }

    [Fact]
    public async Task Who_lacks_nothing_gets_a_bundle_of_nothing()
    {
        await using TestDevice ann = await FilledAsync(5);
        var known = new BundleExportOptions { Known = await ann.Engine.Bundles.DescribeAsync() };

        BundleExportReport report = await ann.Engine.Bundles.ExportAsync(new MemoryStream(), known);

        Assert.Empty(report.Scopes);
    }

    [Fact]
    public async Task A_bundle_with_times_too_far_ahead_waits_as_a_whole()
    {
        var ahead = new FakeTimeProvider(Time.GetUtcNow() + TimeSpan.FromHours(2));
        await using var ann = new TestDevice(transport: null, ahead);
        await ann.Notes.PutAsync("a", new Note { Text = "from the future" });
        MemoryStream file = await ExportAsync(ann);
        await using TestDevice bob = Device();

        BundleImportReport early = await ImportAsync(bob, file);
        UInt128 before = await bob.DigestAsync();
        Time.Advance(TimeSpan.FromHours(2));
        BundleImportReport later = await ImportAsync(bob, file);

        Assert.Equal(BundleScopeStatus.TooFarAhead, early.Scopes.Single().Status);
        Assert.InRange(early.ReadyAt!.Value, later.ReadyAt ?? TestHub.NewClock().GetUtcNow(), Time.GetUtcNow());
        Assert.Equal(UInt128.Zero, before);
        Assert.True(later.IsComplete);
    }

    [Fact]
    public async Task A_scope_that_the_device_does_not_hold_is_left_out_and_reported()
    {
        await using TestDevice ann = Device();
        await ann.Engine.SubscribeAsync(OtherScope);
        await ann.Engine.Scope(OtherScope).Collection<Note>("notes").PutAsync("x", new Note());
        MemoryStream file = await ExportAsync(ann);
        await using TestDevice bob = Device();

        BundleImportReport report = await ImportAsync(bob, file);

        Assert.Equal([(OtherScope, BundleScopeStatus.NotSubscribed)], report.Scopes.Select(scope => (scope.Scope, scope.Status)));
        Assert.False(report.IsComplete);
    }

    [Fact]
    public async Task Concurrent_edits_meet_as_on_the_network_and_reach_the_hub_once()
    {
        TestHub hub = await TestHub.StartAsync(Time);
        await using var ann = new TestDevice(hub.Connect("ann"), Time, ConflictStrategy.AcademicRecord);
        await using var bob = new TestDevice(hub.Connect("bob"), Time, ConflictStrategy.AcademicRecord);
        await ann.Notes.PutAsync("a", new Note { Text = "base" });
        await ann.SyncAsync();
        await bob.SyncAsync();
        await ann.Notes.PutAsync("a", new Note { Text = "ann's" });
        await bob.Notes.PutAsync("a", new Note { Text = "bob's" });

        await ImportAsync(bob, await ExportAsync(ann));
        await bob.SyncAsync();
        await ann.SyncAsync();
        await bob.SyncAsync();

        Assert.Equal(2, (await bob.Engine.Conflicts.ListAsync().SingleAsync()).Siblings.Length);
        Assert.Equal(await ann.DigestAsync(), await bob.DigestAsync());
        Assert.Equal((await hub.StateAsync(TestDevice.ScopeName)).Digest, await bob.DigestAsync());
    }

    [Fact]
    public async Task A_device_that_carries_others_versions_to_a_hub_that_does_not_take_them_is_done_all_the_same()
    {
        TestHub hub = await TestHub.StartAsync(Time);
        await using var ann = new TestDevice(hub.Connect("ann"), Time);
        await using var bob = new TestDevice(hub.Connect("bob"), Time);
        await ann.Notes.PutAsync("a", new Note { Text = "ann's" });
        await bob.Notes.PutAsync("b", new Note { Text = "bob's" });
        await ImportAsync(bob, await ExportAsync(ann));

        SyncReport carried = await bob.SyncAsync();
        UInt128 between = (await hub.StateAsync(TestDevice.ScopeName)).Digest;
        await ann.SyncAsync();
        await bob.SyncAsync();

        Assert.Equal(SyncStatus.Completed, carried.Status);
        Assert.InRange(carried.RoundTripCount, 1, 6);
        Assert.NotEqual(await bob.DigestAsync(), between);
        Assert.Equal((await hub.StateAsync(TestDevice.ScopeName)).Digest, await bob.DigestAsync());
    }
}
