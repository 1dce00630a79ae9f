using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Causality;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Errors;
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

    private static async Task FillHubAsync(TestHub hub, int count)
    {
        await using var source = new TestDevice(hub.Connect(), TestHub.NewClock());
        await source.Engine.WriteAsync(write =>
        {
            for (int i = 0; i < count; i++)
            {
                write.Put(source.Notes, $"k{i:D6}", new Note { Text = new string('x', 100), Score = i });
            }
        });
        await source.SyncAsync();
    }

    private TestDevice Small(ISyncTransport transport) =>
        new(transport, _time, configure: sync => sync.Configure(options => options.PageBytesMax = 16 * 1024));
}
