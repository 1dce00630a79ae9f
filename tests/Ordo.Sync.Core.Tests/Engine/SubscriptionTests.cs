using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Causality;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Inbox;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Errors;
using Ordo.Sync.Storage.Memory;

namespace Ordo.Sync.Core.Tests.Engine;

public sealed class SubscriptionTests
{
    private readonly FakeTimeProvider _time = TestHub.NewClock();

    [Fact]
    public async Task Leaving_a_scope_removes_it_and_coming_back_brings_it_back_under_a_new_incarnation()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using var a = new TestDevice(hub.Connect(), _time);
        await a.Notes.PutAsync("1", new Note { Text = "mine" });
        await a.SyncAsync();
        ReplicaId before = a.Engine.Replica;

        Assert.Equal(0, await a.Engine.UnsubscribeAsync(TestDevice.ScopeName));
        Assert.Empty(a.Engine.Subscriptions);
        Assert.Null(await a.Notes.GetAsync("1"));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await a.Notes.PutAsync("2", new Note()));

        await a.Engine.SubscribeAsync(TestDevice.ScopeName);
        await a.SyncAsync();
        await a.Notes.PutAsync("2", new Note { Text = "again" });
        await a.SyncAsync();

        Assert.NotEqual(before, a.Engine.Replica);
        Assert.Equal("mine", (await a.Notes.GetAsync("1"))?.Value.Text);
        Assert.Equal((await hub.StateAsync(TestDevice.ScopeName)).Digest, await a.DigestAsync());
    }

    [Fact]
    public async Task Who_subscribes_while_the_scope_is_being_left_comes_back_under_a_new_incarnation()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        var store = new GatedStore();
        await using var a = new TestDevice(hub.Connect(), _time, configure: sync => sync.UseStructuredStore(_ => store));
        await a.Notes.PutAsync("1", new Note { Text = "synced" });
        await a.SyncAsync();
        await a.Notes.PutAsync("2", new Note { Text = "unsynced" });

        TaskCompletionSource departure = store.HoldNext();
        Task<int> leaving = a.Engine.UnsubscribeAsync(TestDevice.ScopeName, UnsyncedWrites.MoveToInbox).AsTask();
        Task returning = a.Engine.SubscribeAsync(TestDevice.ScopeName).AsTask();
        departure.SetResult();
        Assert.Equal(1, await leaving);
        await returning;
        await a.Notes.PutAsync("3", new Note { Text = "again" });
        await a.SyncAsync();

        Assert.Equal("synced", (await a.Notes.GetAsync("1"))?.Value.Text);
        Assert.Equal((await hub.StateAsync(TestDevice.ScopeName)).Digest, await a.DigestAsync());
    }

    [Fact]
    public async Task Unsynced_writes_hold_a_device_in_its_scope_unless_they_go_to_the_inbox()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using var a = new TestDevice(hub.Connect(), _time);
        await a.Notes.PutAsync("1", new Note { Text = "synced" });
        await a.SyncAsync();
        await a.Notes.PutAsync("2", new Note { Text = "unsynced" });

        var refused = await Assert.ThrowsAsync<SyncException>(
            async () => await a.Engine.UnsubscribeAsync(TestDevice.ScopeName));
        Assert.Equal(SyncErrorCode.Unsynced, refused.Code);
        Assert.Equal("synced", (await a.Notes.GetAsync("1"))?.Value.Text);

        Assert.Equal(1, await a.Engine.UnsubscribeAsync(TestDevice.ScopeName, UnsyncedWrites.MoveToInbox));
        Conflict kept = Assert.Single(await a.Engine.Conflicts.ListAsync(TestDevice.ScopeName).ToListAsync());
        Assert.Equal("unsynced", kept.Siblings[0].ReadAs<Note>()?.Text);

        await a.Engine.SubscribeAsync(TestDevice.ScopeName);
        await a.Engine.Conflicts.ResolveAsync(kept, Resolution.Keep(kept.Siblings[0]));
        await a.SyncAsync();
        Assert.Equal("unsynced", (await a.Notes.GetAsync("2"))?.Value.Text);
        Assert.Empty(await a.Engine.Conflicts.ListAsync(TestDevice.ScopeName).ToListAsync());
        Assert.Equal((await hub.StateAsync(TestDevice.ScopeName)).Digest, await a.DigestAsync());
    }

    [Fact]
    public async Task A_scope_that_was_revoked_leaves_the_device_and_its_unsynced_writes_do_not()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        var guarded = new GuardedTransport(hub.Connect());
        await using var a = new TestDevice(guarded, _time);
        await a.Notes.PutAsync("1", new Note { Text = "synced" });
        await a.SyncAsync();
        await a.Notes.PutAsync("2", new Note { Text = "unsynced" });
        guarded.Refusal = SyncErrorCode.ScopeRevoked;

        SyncReport report = await a.Engine.SyncAsync();

        Assert.Equal(SyncErrorCode.ScopeRevoked, report.Error?.Code);
        Assert.Empty(a.Engine.Subscriptions);
        Assert.Null(await a.Notes.GetAsync("1"));
        Conflict kept = Assert.Single(await a.Engine.Conflicts.ListAsync(TestDevice.ScopeName).ToListAsync());
        Assert.Equal(SyncErrorCode.ScopeRevoked, kept.Rejection?.Code);
        Assert.Equal("unsynced", kept.Siblings[0].ReadAs<Note>()?.Text);
    }

    [Fact]
    public async Task A_configured_scope_that_was_revoked_and_is_granted_again_after_a_restart_is_a_return_and_no_fork()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        var guarded = new GuardedTransport(hub.Connect());
        var store = new InMemoryRecordStore("device");
        ReplicaId first;
        await using (var before = new TestDevice(guarded, _time, configure: sync => sync.UseStructuredStore(_ => store)))
        {
            await before.Notes.PutAsync("1", new Note());
            await before.SyncAsync();
            guarded.Refusal = SyncErrorCode.ScopeRevoked;
            await before.Engine.SyncAsync();
            guarded.Refusal = null;
            first = before.Engine.Replica;
        }

        InMemoryRecordStore left = store.Clone();
        await using var after = new TestDevice(
            guarded,
            _time,
            configure: sync =>
            {
                sync.UseStructuredStore(_ => left);
                sync.Subscribe("course/other");
            });
        await after.Engine.OpenAsync();
        ReplicaId opened = after.Engine.Replica;
        await after.Engine.Scope("course/other").Collection<Note>("notes").PutAsync("2", new Note());
        await after.SyncAsync();

        Assert.Equal(opened, after.Engine.Replica);
        Assert.NotEqual(first, opened);
        Assert.NotNull(await after.Notes.GetAsync("1"));
    }

    [Fact]
    public async Task A_sync_that_waits_while_its_scope_is_left_does_not_bring_it_back()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        var held = new HeldTransport(hub.Connect());
        await using var a = new TestDevice(held, _time);
        await a.Notes.PutAsync("1", new Note());
        await a.SyncAsync();
        ReplicaId before = a.Engine.Replica;
        held.IsHeld = true;
        Task<SyncReport> running = a.Engine.SyncAsync().AsTask();
        await held.Reached;
        Task leaving = a.Engine.UnsubscribeAsync(TestDevice.ScopeName).AsTask();
        Task<SyncReport> waiting = a.Engine.SyncAsync().AsTask();
        held.Release();
        await running;
        await leaving;

        Assert.Empty((await waiting).Scopes);
        Assert.Equal(0, (await a.Scope.GetStatusAsync()).RecordCount);
        Assert.Equal(before, a.Engine.Replica);
    }

    [Fact]
    public async Task A_device_that_may_only_read_still_reads_while_its_writes_wait()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        var guarded = new GuardedTransport(hub.Connect());
        await using var reader = new TestDevice(guarded, _time);
        await using var writer = new TestDevice(hub.Connect(), _time);
        await writer.Notes.PutAsync("1", new Note { Text = "news" });
        await writer.SyncAsync();
        await reader.SyncAsync();
        await writer.Notes.PutAsync("1", new Note { Text = "newer" });
        await writer.SyncAsync();
        await reader.Notes.PutAsync("2", new Note { Text = "waits" });
        guarded.PushRefusal = SyncErrorCode.Forbidden;

        SyncReport report = await reader.Engine.SyncAsync();

        Assert.Equal(SyncErrorCode.Forbidden, report.Error?.Code);
        Assert.Equal("newer", (await reader.Notes.GetAsync("1"))?.Value.Text);
        Assert.Equal(1, (await reader.Engine.GetJournalStatusAsync()).PendingCount);
        guarded.PushRefusal = null;
        await reader.SyncAsync();
        Assert.Equal(0, (await reader.Engine.GetJournalStatusAsync()).PendingCount);
    }
}
