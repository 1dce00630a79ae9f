using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Engine.Watching;
using Ordo.Sync.Errors;

namespace Ordo.Sync.Core.Tests.Engine;

/// <summary>Devices that answer one another in one process.</summary>
public sealed class PeersTests
{
    private readonly FakeTimeProvider _time = TestHub.NewClock();

    [Fact]
    public async Task Three_devices_in_a_line_hold_the_same_once_the_middle_one_has_synced()
    {
        await using var cem = new TestDevice(transport: null, _time);
        await using var bob = new TestDevice(await cem.Engine.Peers.ConnectAsync(), _time);
        await using var ann = new TestDevice(await bob.Engine.Peers.ConnectAsync(), _time);
        await ann.Notes.PutAsync("a", new Note { Score = 1 });
        await cem.Notes.PutAsync("c", new Note { Score = 3 });

        await ann.SyncAsync();
        await bob.SyncAsync();
        await ann.SyncAsync();

        Assert.Equal(1, (await cem.Notes.GetAsync("a"))!.Value.Score);
        Assert.Equal(3, (await ann.Notes.GetAsync("c"))!.Value.Score);
        Assert.Equal(await ann.DigestAsync(), await cem.DigestAsync());
        Assert.Equal(0, (await ann.Engine.GetJournalStatusAsync()).PendingCount);
    }

    [Fact]
    public async Task What_a_peer_brings_reaches_watchers_as_a_remote_change()
    {
        await using var bob = new TestDevice(transport: null, _time);
        await using var ann = new TestDevice(await bob.Engine.Peers.ConnectAsync(), _time);
        await bob.Engine.OpenAsync();
        await using IAsyncEnumerator<RecordChange<Note>> changes = bob.Notes.WatchAsync().GetAsyncEnumerator();
        ValueTask<bool> next = changes.MoveNextAsync();
        await ann.Notes.PutAsync("a", new Note { Score = 1 });
        await ann.SyncAsync();

        Assert.True(await next);
        Assert.Equal(("a", ChangeOrigin.Remote), (changes.Current.Key, changes.Current.Origin));
    }

    [Fact]
    public async Task A_scope_that_was_left_is_answered_for_no_longer()
    {
        await using var bob = new TestDevice(transport: null, _time);
        await using var ann = new TestDevice(await bob.Engine.Peers.ConnectAsync(), _time);
        await ann.Notes.PutAsync("a", new Note { Score = 1 });
        await ann.SyncAsync();
        await bob.Engine.UnsubscribeAsync(TestDevice.ScopeName);
        await ann.Notes.PutAsync("b", new Note { Score = 2 });

        SyncReport report = await ann.Engine.SyncAsync();

        Assert.Equal(SyncErrorCode.Forbidden, report.Error?.Code);
        Assert.Equal(2, (await ann.Notes.GetAsync("b"))!.Value.Score);
        Assert.Equal(1, (await ann.Engine.GetJournalStatusAsync()).PendingCount);
        Assert.Null(await bob.Notes.GetAsync("b"));
    }
}
