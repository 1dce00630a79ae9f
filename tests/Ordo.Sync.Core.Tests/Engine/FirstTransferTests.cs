using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Causality;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Session;
using Ordo.Sync.Storage;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Core.Tests.Engine;

public sealed class FirstTransferTests
{
    private readonly FakeTimeProvider _time = TestHub.NewClock();

    [Fact]
    public async Task A_first_transfer_that_is_cut_off_goes_on_where_it_was()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await FillHubAsync(hub, 1000);
        var wire = new SwitchableTransport(hub.Connect());
        await using TestDevice device = Small(wire);
        wire.FailAfter(pulls: 3);

        SyncReport cut = await device.Engine.SyncAsync();
        long usable = (await device.Scope.GetStatusAsync()).RecordCount;
        wire.FailAfter(pulls: int.MaxValue);
        SyncReport rest = await device.SyncAsync();

        Assert.Equal(SyncStatus.Offline, cut.Status);
        Assert.Equal(SyncErrorCode.Unreachable, cut.Error?.Code);
        Assert.InRange(usable, 1, 999);
        Assert.Equal(1000 - usable, rest.PulledCount);
        Assert.Equal((await hub.StateAsync(TestDevice.ScopeName)).Digest, await device.DigestAsync());
    }

    [Fact]
    public async Task Writes_made_during_a_first_transfer_survive_it()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await FillHubAsync(hub, 1000);
        var wire = new SwitchableTransport(hub.Connect());
        await using TestDevice device = Small(wire);
        wire.FailAfter(pulls: 3);
        await device.Engine.SyncAsync();
        await device.Notes.PutAsync("k000000", new Note { Text = "edited meanwhile" });
        await device.Notes.PutAsync("mine", new Note { Text = "made meanwhile" });
        wire.FailAfter(pulls: int.MaxValue);
        await device.SyncAsync();

        await using var other = new TestDevice(hub.Connect(), _time);
        await other.SyncAsync();
        Assert.Equal("edited meanwhile", (await other.Notes.GetAsync("k000000"))?.Value.Text);
        Assert.Equal("made meanwhile", (await other.Notes.GetAsync("mine"))?.Value.Text);
        Assert.Equal(await other.DigestAsync(), await device.DigestAsync());
    }

    [Fact]
    public async Task A_hub_restored_during_a_first_transfer_makes_it_begin_anew_and_loses_no_write()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await FillHubAsync(hub, 1000);
        TestHub backup = await hub.RestoreAsync(_time);
        await using (var other = new TestDevice(hub.Connect(), _time))
        {
            await other.Notes.PutAsync("k000001", new Note { Text = "lost with the hub" });
            await other.SyncAsync();
        }

        var wire = new SwitchableTransport(hub.Connect());
        await using TestDevice device = Small(wire);
        await device.Notes.PutAsync("mine", new Note { Text = "made offline" });
        wire.FailAfter(pulls: 3);
        await device.Engine.SyncAsync();
        ReplicaId before = device.Engine.Replica;

        wire.Switch(backup.Connect());
        await device.SyncAsync();

        Assert.NotEqual(before, device.Engine.Replica);
        Assert.Equal(1001, (await device.Scope.GetStatusAsync()).RecordCount);
        Assert.Equal("made offline", (await device.Notes.GetAsync("mine"))?.Value.Text);
        Assert.Equal((await backup.StateAsync(TestDevice.ScopeName)).Digest, await device.DigestAsync());
        Assert.Equal(0, (await device.Engine.GetJournalStatusAsync()).PendingCount);
    }

    [Fact]
    public async Task Changes_at_the_hub_during_a_first_transfer_are_settled_before_it_ends()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await FillHubAsync(hub, 1000);
        await using var other = new TestDevice(hub.Connect(), _time);
        await other.SyncAsync();
        var wire = new SwitchableTransport(hub.Connect());
        await using TestDevice device = Small(wire);
        wire.FailAfter(pulls: 3);
        await device.Engine.SyncAsync();
        _time.Advance(TimeSpan.FromSeconds(1));
        await other.Notes.PutAsync("k000000", new Note { Text = "changed behind its back" });
        await other.Notes.DeleteAsync("k000999");
        await other.SyncAsync();

        wire.FailAfter(pulls: int.MaxValue);
        await device.SyncAsync();

        Assert.Equal("changed behind its back", (await device.Notes.GetAsync("k000000"))?.Value.Text);
        Assert.Null(await device.Notes.GetAsync("k000999"));
        Assert.True((await device.Scope.GetStatusAsync()).IsComplete);
        Assert.Equal(await other.DigestAsync(), await device.DigestAsync());
    }

    [Fact]
    public async Task A_first_transfer_is_over_when_a_push_brings_what_it_still_waited_for()
    {
        TestHub nobody = await TestHub.StartAsync(_time);
        var toBob = new SwitchableTransport(nobody.Connect());
        var toAnn = new SwitchableTransport(nobody.Connect());
        await using TestDevice ann = Small(toBob);
        await using var bob = new TestDevice(toAnn, _time);
        toBob.Switch(await bob.Engine.Peers.ConnectAsync());
        toAnn.Switch(await ann.Engine.Peers.ConnectAsync());
        await ann.Notes.PutAsync("mine", new Note());
        await bob.SyncAsync();
        await PutManyAsync(bob, 1000);
        toBob.FailAfter(pulls: 3);
        await ann.Engine.SyncAsync();
        await bob.Notes.PutAsync("k000000", new Note { Text = "changed behind its back" });
        for (int i = 0; i < 100 && !await IsReceivedAsync(ann, bob); i++)
        {
            toBob.FailAfter(pulls: 1);
            await ann.Engine.SyncAsync();
        }

        Assert.True(await IsReceivedAsync(ann, bob), "All pages have come, and the change has not.");
        await bob.SyncAsync();
        toBob.FailAfter(pulls: int.MaxValue);
        await ann.SyncAsync();

        Assert.Equal("changed behind its back", (await ann.Notes.GetAsync("k000000"))?.Value.Text);
        Assert.True((await ann.Scope.GetStatusAsync()).IsComplete);
        Assert.Equal(await bob.DigestAsync(), await ann.DigestAsync());
        Assert.Equal(0, (await bob.SyncAsync()).PulledCount);
    }

    private static async Task<bool> IsReceivedAsync(TestDevice device, TestDevice from)
    {
        await using IStoreSnapshot snapshot = await (await device.OpenStoreAsync()).ReadAsync();
        var ledger = new SessionLedger(from.Engine.Replica);
        return await ledger.ReadFillAsync(snapshot, TestDevice.ScopeName, CancellationToken.None) is { IsReceived: true };
    }

    private static async Task FillHubAsync(TestHub hub, int count)
    {
        await using var source = new TestDevice(hub.Connect(), TestHub.NewClock());
        await PutManyAsync(source, count);
        await source.SyncAsync();
    }

    private static async Task PutManyAsync(TestDevice device, int count) => await device.Engine.WriteAsync(write =>
    {
        for (int i = 0; i < count; i++)
        {
            write.Put(device.Notes, $"k{i:D6}", new Note { Text = new string('x', 100), Score = i });
        }
    });

    private TestDevice Small(ISyncTransport transport) =>
        new(transport, _time, configure: sync => sync.Configure(options => options.PageBytesMax = 16 * 1024));
}
