using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Health;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Errors;

namespace Ordo.Sync.Core.Tests.Engine.Health;

public sealed class HealthReportTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly FakeTimeProvider _time = TestHub.NewClock();

    [Fact]
    public async Task Before_it_is_open_an_engine_reports_that_it_is_not()
    {
        await using var device = new TestDevice(transport: null, _time);

        SyncHealthReport report = device.Engine.Health.Report();

        Assert.False(report.IsOpen);
        Assert.Null(report.Replica);
        Assert.Null(report.LastSync);
        Assert.Equal(0, report.Pending.PendingCount);
        Assert.Equal(TestDevice.ScopeName, Assert.Single(report.Scopes).Scope);
    }

    [Fact]
    public async Task After_it_was_closed_an_engine_still_reports()
    {
        var device = new TestDevice(transport: null, _time);
        await device.Notes.PutAsync("1", new Note { Text = "kept" });
        await device.DisposeAsync();

        Assert.False(device.Engine.Health.Report().IsOpen);
        Assert.False((await device.Engine.Health.ReportAsync()).IsOpen);
    }

    [Fact]
    public async Task What_the_hub_lacks_is_pending_and_ages()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using var device = new TestDevice(hub.Connect(), _time);
        await device.Notes.PutAsync("1", new Note { Text = "first" });
        _time.Advance(Hour);
        await device.Notes.PutAsync("2", new Note { Text = "second" });

        SyncHealthReport report = device.Engine.Health.Report();
        Assert.True(report.IsOpen);
        Assert.Equal(device.Engine.Replica, report.Replica);
        Assert.Equal(2, report.Pending.PendingCount);
        Assert.True(report.Pending.PendingBytes > 0);
        Assert.Equal(Hour, report.OldestPendingAge);

        await device.SyncAsync();
        report = device.Engine.Health.Report();
        Assert.Equal(0, report.Pending.PendingCount);
        Assert.Null(report.OldestPendingAge);
    }

    [Fact]
    public async Task A_sync_is_reported_with_what_it_moved()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using var writer = new TestDevice(hub.Connect(), _time);
        await writer.Notes.PutAsync("1", new Note { Text = "one" });
        await writer.Notes.PutAsync("2", new Note { Text = "two" });
        await writer.SyncAsync();
        await using var reader = new TestDevice(hub.Connect(), _time);
        await reader.SyncAsync();

        SyncHealthReport sent = writer.Engine.Health.Report();
        SyncHealthReport received = reader.Engine.Health.Report();

        Assert.Equal(2, sent.Totals.PushedCount);
        Assert.Equal(2, received.Totals.PulledCount);
        Assert.True(received.Totals.BytesReceived > sent.Totals.BytesReceived);
        Assert.Equal(SyncStatus.Completed, received.LastSync!.Status);
        Assert.Equal(_time.GetUtcNow(), received.LastCompletedAt);
        Assert.Equal(1, received.SyncLatency.Count);
        Assert.Equal(0, received.FailuresInARow);
        Assert.Equal(_time.GetUtcNow(), Assert.Single(received.Scopes).InStepAt);
    }

    [Fact]
    public async Task Failures_are_counted_by_code_until_a_sync_completes()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        var wire = new FailingTransport(hub.Connect()) { Error = new SyncException(SyncErrorCode.Unreachable, "Down.") };
        await using var device = new TestDevice(wire, _time);
        await device.Engine.SyncAsync();
        wire.Error = new SyncException(SyncErrorCode.Throttled, "Slow down.");
        await device.Engine.SyncAsync();

        SyncHealthReport report = device.Engine.Health.Report();
        Assert.Equal(2, report.FailuresInARow);
        Assert.Equal(1, report.Errors[SyncErrorCode.Unreachable]);
        Assert.Equal(1, report.Errors[SyncErrorCode.Throttled]);
        Assert.Null(report.LastCompletedAt);
        Assert.Equal(SyncErrorCode.Throttled, report.LastSync!.Error!.Code);
        Assert.Equal(SyncErrorCode.Throttled, Assert.Single(report.Scopes).Error!.Code);

        wire.Error = null;
        await device.SyncAsync();
        report = device.Engine.Health.Report();
        Assert.Equal(0, report.FailuresInARow);
        Assert.Equal(3, report.Totals.SyncCount);
        Assert.Null(Assert.Single(report.Scopes).Error);
    }

    [Fact]
    public async Task Lag_is_unknown_before_the_first_sync_and_grows_from_then_on()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using var device = new TestDevice(hub.Connect(), _time);
        await device.Engine.OpenAsync();
        Assert.Null(device.Engine.Health.Report().Lag);

        await device.SyncAsync();
        Assert.Equal(TimeSpan.Zero, device.Engine.Health.Report().Lag);
        _time.Advance(Hour);
        Assert.Equal(Hour, device.Engine.Health.Report().Lag);

        await device.SyncAsync();
        Assert.Equal(TimeSpan.Zero, device.Engine.Health.Report().Lag);
    }

    [Fact]
    public async Task Conflicts_are_counted()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using var one = new TestDevice(hub.Connect(), _time, ConflictStrategy.ManualIntervention);
        await using var other = new TestDevice(hub.Connect(), _time, ConflictStrategy.ManualIntervention);
        await one.Notes.PutAsync("1", new Note { Text = "mine" });
        await other.Notes.PutAsync("1", new Note { Text = "yours" });
        await one.SyncAsync();
        await other.SyncAsync();

        Assert.Equal(0, one.Engine.Health.Report().Totals.ConflictCount);
        Assert.Equal(1, other.Engine.Health.Report().Totals.ConflictCount);
    }

    [Fact]
    public async Task The_difference_of_the_clocks_is_reported()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        var slow = new FakeTimeProvider(_time.GetUtcNow() - TimeSpan.FromSeconds(90));
        await using var device = new TestDevice(hub.Connect(), slow);
        await device.SyncAsync();

        Assert.Equal(TimeSpan.FromSeconds(90), device.Engine.Health.Report().ClockOffset);
    }

    [Fact]
    public async Task What_waits_for_the_writer_is_reported_while_it_waits()
    {
        var store = new GatedStore();
        await using var device = new TestDevice(
            transport: null, _time, configure: sync => sync.UseStructuredStore(_ => store));
        await device.Engine.OpenAsync();
        store.Close();
        ValueTask<Ordo.Sync.Engine.Writes.WriteReceipt> write = device.Notes.PutAsync("1", new Note { Text = "waits" });

        QueueHealth queue = device.Engine.Health.Report().Queue;
        Assert.True(queue.Bytes > 0);
        Assert.True(queue.BytesMax >= queue.Bytes);

        store.Open();
        await write;
        Assert.Equal(0, device.Engine.Health.Report().Queue.Bytes);
    }

    [Fact]
    public async Task A_store_that_cannot_be_read_is_reported_and_nothing_is_thrown()
    {
        var store = new UnreadableStore();
        await using var device = new TestDevice(
            transport: null, _time, configure: sync => sync.UseStructuredStore(_ => store));
        await device.Notes.PutAsync("1", new Note { Text = "kept" });
        Assert.Equal(1, device.Engine.Health.Report().Pending.PendingCount);

        store.Error = new SyncException(SyncErrorCode.StoreUnavailable, "The disk is gone.");
        SyncHealthReport report = device.Engine.Health.Report();

        Assert.Equal(SyncErrorCode.StoreUnavailable, Assert.Single(report.Stores).Error!.Code);
        Assert.Equal(1, report.Pending.PendingCount);
        store.Error = null;
        Assert.Null(Assert.Single(device.Engine.Health.Report().Stores).Error);
    }

    [Fact]
    public async Task A_store_whose_reads_wait_holds_no_report_up()
    {
        var store = new UnreadableStore();
        await using var device = new TestDevice(
            transport: null, _time, configure: sync => sync.UseStructuredStore(_ => store));
        await device.Notes.PutAsync("1", new Note { Text = "kept" });
        store.Gate = new TaskCompletionSource();

        Assert.Equal(0, device.Engine.Health.Report().Pending.PendingCount);
        ValueTask<SyncHealthReport> waiting = device.Engine.Health.ReportAsync();
        Assert.False(waiting.IsCompleted);

        store.Gate.SetResult();
        Assert.Equal(1, (await waiting).Pending.PendingCount);
    }
}
