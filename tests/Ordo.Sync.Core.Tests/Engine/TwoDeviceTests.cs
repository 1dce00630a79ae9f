using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Inbox;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Engine.Writes;
using Ordo.Sync.Errors;
using Ordo.Sync.Journal;

namespace Ordo.Sync.Core.Tests.Engine;

public sealed class TwoDeviceTests
{
    private readonly FakeTimeProvider _time = TestHub.NewClock();

    [Fact]
    public async Task A_record_written_on_one_device_reaches_the_other()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using var a = new TestDevice(hub.Connect(), _time);
        await using var b = new TestDevice(hub.Connect(), _time);

        WriteReceipt receipt = await a.Notes.PutAsync("1", new Note { Text = "hello", Score = 78 });
        SyncReport pushed = await a.SyncAsync();
        SyncReport pulled = await b.SyncAsync();

        Record<Note>? note = await b.Notes.GetAsync("1");
        Assert.Equal(new Note { Text = "hello", Score = 78 }, note?.Value);
        Assert.Equal(1, pushed.PushedCount);
        Assert.Equal(1, pulled.PulledCount);
        Assert.Equal(WriteOutcome.Accepted, await receipt.Synced());
        Assert.Equal(0, (await a.Engine.GetJournalStatusAsync()).PendingCount);
        await AssertConvergedAsync(hub, a, b);
    }

    [Fact]
    public async Task The_newer_of_two_concurrent_writes_wins_everywhere()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using var a = new TestDevice(hub.Connect(), _time);
        await using var b = new TestDevice(hub.Connect(), _time);
        await a.Notes.PutAsync("1", new Note { Text = "older" });
        _time.Advance(TimeSpan.FromSeconds(1));
        WriteReceipt receipt = await b.Notes.PutAsync("1", new Note { Text = "newer" });

        await a.SyncAsync();
        await b.SyncAsync();
        await a.SyncAsync();

        Assert.Equal(WriteOutcome.Merged, await receipt.Synced());

        Assert.Equal("newer", (await a.Notes.GetAsync("1"))?.Value.Text);
        Assert.Equal("newer", (await b.Notes.GetAsync("1"))?.Value.Text);
        await AssertConvergedAsync(hub, a, b);
    }

    [Fact]
    public async Task A_delete_reaches_the_other_device()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using var a = new TestDevice(hub.Connect(), _time);
        await using var b = new TestDevice(hub.Connect(), _time);
        await a.Notes.PutAsync("1", new Note { Text = "doomed" });
        await a.SyncAsync();
        await b.SyncAsync();
        await b.Notes.DeleteAsync("1");
        await b.SyncAsync();
        await a.SyncAsync();

        Assert.Null(await a.Notes.GetAsync("1"));
        await AssertConvergedAsync(hub, a, b);
    }

    [Fact]
    public async Task A_sync_with_nothing_to_do_is_one_round_trip()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using var a = new TestDevice(hub.Connect(), _time);
        await a.Notes.PutAsync("1", new Note { Text = "x" });
        await a.SyncAsync();

        SyncReport report = await a.SyncAsync();

        Assert.Equal(1, report.RoundTripCount);
        Assert.True(report.Bytes.Sent + report.Bytes.Received < 2048, report.Bytes.ToString());
    }

    [Fact]
    public async Task Many_records_travel_in_pages_both_ways()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using var a = new TestDevice(hub.Connect(), _time, configure: s => s.Configure(o => o.PageBytesMax = 16 * 1024));
        await using var b = new TestDevice(hub.Connect(), _time, configure: s => s.Configure(o => o.PageBytesMax = 16 * 1024));
        for (int i = 0; i < 2000; i++)
        {
            await a.Notes.PutAsync($"k{i}", new Note { Text = new string('x', 100), Score = i });
        }

        SyncReport pushed = await a.SyncAsync();
        SyncReport filled = await b.SyncAsync();
        for (int i = 0; i < 2000; i += 2)
        {
            await a.Notes.PutAsync($"k{i}", new Note { Text = new string('y', 100), Score = -i });
        }

        await a.SyncAsync();
        SyncReport pulled = await b.SyncAsync();

        Assert.Equal(2000, pushed.PushedCount);
        Assert.Equal(2000, filled.PulledCount);
        Assert.Equal(1000, pulled.PulledCount);
        Assert.True(pulled.RoundTripCount > 5);
        Assert.True((await b.Scope.GetStatusAsync()).IsComplete);
        Assert.Equal(2000, (await b.Scope.GetStatusAsync()).RecordCount);
        await AssertConvergedAsync(hub, a, b);
    }

    [Fact]
    public async Task A_clock_a_year_ahead_is_corrected_and_no_write_is_lost()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        var fast = new FakeTimeProvider(_time.GetUtcNow().AddYears(1));
        await using var a = new TestDevice(hub.Connect(), fast);
        await using var b = new TestDevice(hub.Connect(), _time);
        await a.Notes.PutAsync("1", new Note { Text = "from the future" });

        SyncReport report = await a.SyncAsync();
        await b.SyncAsync();
        _time.Advance(TimeSpan.FromMinutes(1));
        await b.Notes.PutAsync("1", new Note { Text = "from today" });
        await b.SyncAsync();
        await a.SyncAsync();

        Assert.Equal(1, report.RestampedCount);
        Assert.InRange(report.ClockOffset!.Value.TotalDays, -367, -364);
        Assert.Equal("from today", (await a.Notes.GetAsync("1"))?.Value.Text);
        await AssertConvergedAsync(hub, a, b);
    }

    [Fact]
    public async Task What_one_hub_has_acknowledged_is_not_stamped_anew_for_another()
    {
        var fast = new FakeTimeProvider(_time.GetUtcNow().AddHours(1));
        TestHub ahead = await TestHub.StartAsync(fast);
        TestHub right = await TestHub.StartAsync(_time);
        var wire = new SwitchableTransport(ahead.Connect());
        await using var a = new TestDevice(wire, fast);
        await a.Notes.PutAsync("1", new Note { Text = "acknowledged" });
        await a.SyncAsync();
        wire.Switch(right.Connect());
        await a.Notes.PutAsync("2", new Note { Text = "unsynced" });

        SyncReport refused = await a.Engine.SyncAsync();
        SyncReport again = await a.Engine.SyncAsync();
        _time.Advance(TimeSpan.FromHours(1));
        await a.SyncAsync();
        wire.Switch(ahead.Connect());
        await a.SyncAsync();

        Assert.Equal(SyncErrorCode.ClockSkew, Assert.Single(refused.Scopes).Error?.Code);
        // What came after may have replaced something that the other hub has: it keeps its later stamp, and waits for its time.
        Assert.Equal((0, 0), (refused.RestampedCount, again.RestampedCount));
        Assert.Equal((await right.StateAsync(TestDevice.ScopeName)).Digest, await a.DigestAsync());
        Assert.Equal((await ahead.StateAsync(TestDevice.ScopeName)).Digest, await a.DigestAsync());
    }

    [Fact]
    public async Task Siblings_stay_until_a_write_that_saw_them_supersedes_them()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using var a = new TestDevice(hub.Connect(), _time, ConflictStrategy.AcademicRecord);
        await using var b = new TestDevice(hub.Connect(), _time, ConflictStrategy.AcademicRecord);
        await a.Notes.PutAsync("1", new Note { Text = "a" });
        await b.Notes.PutAsync("1", new Note { Text = "b" });
        await a.SyncAsync();
        await b.SyncAsync();
        await a.SyncAsync();

        Record<Note>? conflicted = await a.Notes.GetAsync("1");
        Assert.Equal(RecordState.AwaitingApproval, conflicted?.State);
        Assert.Equal(conflicted?.Value, (await b.Notes.GetAsync("1"))?.Value);

        Conflict? conflict = await a.Engine.Conflicts.FindAsync(TestDevice.ScopeName, "notes", "1");
        await a.Engine.Conflicts.ResolveAsync(conflict!, Resolution.Use(new Note { Text = "decided" }), "Seen in the exam.");
        await a.SyncAsync();
        await b.SyncAsync();
        Assert.Equal("decided", (await b.Notes.GetAsync("1"))?.Value.Text);
        await AssertConvergedAsync(hub, a, b);
    }

    [Fact]
    public async Task An_edit_of_a_stale_version_stands_beside_what_it_did_not_see()
    {
        await using var a = new TestDevice(transport: null, _time, ConflictStrategy.ManualIntervention);
        await a.Notes.PutAsync("1", new Note { Text = "first" });
        Record<Note>? loaded = await a.Notes.GetAsync("1");
        await a.Notes.PutAsync("1", new Note { Text = "second" });
        await a.Notes.PutAsync("1", new Note { Text = "stale" }, new WriteOptions { BasedOn = loaded!.Version });

        var refused = await Assert.ThrowsAsync<ManualResolutionRequiredException>(async () => await a.Notes.GetAsync("1"));
        Assert.Equal(["second", "stale"], refused.Siblings.Select(sibling => sibling.ReadAs<Note>()!.Text));
    }

    private static async Task AssertConvergedAsync(TestHub hub, params TestDevice[] devices)
    {
        UInt128 expected = (await hub.StateAsync(TestDevice.ScopeName)).Digest;
        foreach (TestDevice device in devices)
        {
            Assert.Equal(expected, await device.DigestAsync());
        }
    }
}
