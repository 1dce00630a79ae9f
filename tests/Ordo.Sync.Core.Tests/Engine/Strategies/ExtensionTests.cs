using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Engine.Extensions;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Errors;

namespace Ordo.Sync.Core.Tests.Engine.Strategies;

public sealed class ExtensionTests
{
    private readonly FakeTimeProvider _time = TestHub.NewClock();

    [Fact]
    public async Task Extensions_are_called_in_order_around_a_sync_and_what_it_applies()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        var calls = new List<string>();
        await using var a = new TestDevice(hub.Connect(), _time);
        await using var b = new TestDevice(hub.Connect(), _time, configure: sync => sync
            .AddExtension(new Recorder("1", calls)).AddExtension(new Recorder("2", calls)));
        await a.Notes.PutAsync("x", new Note { Text = "hello" });
        await a.SyncAsync();

        await b.SyncAsync();

        Assert.Equal(
            [
                "1 before", "2 before", "1 applying x hello", "2 applying x hello", "1 applied x hello", "2 applied x hello",
                "1 after Completed", "2 after Completed",
            ],
            calls);
    }

    [Fact]
    public async Task An_extension_may_veto_a_sync_with_a_reason_and_nothing_is_lost()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        var vetoing = new Vetoing();
        await using var a = new TestDevice(hub.Connect(), _time, configure: sync => sync.AddExtension(vetoing));
        await a.Notes.PutAsync("x", new Note());

        SyncReport report = await a.Engine.SyncAsync();

        Assert.Equal(SyncStatus.Vetoed, report.Status);
        Assert.Equal(SyncErrorCode.Vetoed, report.Error?.Code);
        Assert.Contains("metered", report.Error?.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await a.Engine.GetJournalStatusAsync()).PendingCount);
        vetoing.Reason = null;
        Assert.Equal(1, (await a.SyncAsync()).PushedCount);
    }

    [Fact]
    public async Task An_extension_that_throws_is_left_out_and_the_sync_goes_on()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        var calls = new List<string>();
        await using var a = new TestDevice(hub.Connect(), _time);
        await using var b = new TestDevice(hub.Connect(), _time, configure: sync => sync
            .AddExtension(new Failing()).AddExtension(new Recorder("1", calls)));
        await a.Notes.PutAsync("x", new Note { Text = "hello" });
        await a.SyncAsync();

        SyncReport report = await b.SyncAsync();

        Assert.Equal(1, report.PulledCount);
        Assert.Equal(4, calls.Count);
    }

    private sealed class Recorder(string name, List<string> calls) : ISyncExtension
    {
        public ValueTask<string?> BeforeSyncAsync(SyncContext context, CancellationToken cancellationToken)
        {
            calls.Add($"{name} before");
            return ValueTask.FromResult<string?>(null);
        }

        public ValueTask AfterSyncAsync(SyncContext context, SyncReport report, CancellationToken cancellationToken)
        {
            calls.Add($"{name} after {report.Status}");
            return ValueTask.CompletedTask;
        }

        public ValueTask BeforeApplyAsync(ApplyContext context, CancellationToken cancellationToken) =>
            Note("applying", context);

        public ValueTask AfterApplyAsync(ApplyContext context, CancellationToken cancellationToken) =>
            Note("applied", context);

        private ValueTask Note(string hook, ApplyContext context)
        {
            calls.AddRange(context.Changes.Select(change => $"{name} {hook} {change.Key} {change.ReadAs<Note>()?.Text}"));
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Vetoing : ISyncExtension
    {
        public string? Reason { get; set; } = "The network is metered.";

        public ValueTask<string?> BeforeSyncAsync(SyncContext context, CancellationToken cancellationToken) =>
            ValueTask.FromResult(Reason);
    }

    private sealed class Failing : ISyncExtension
    {
        public ValueTask<string?> BeforeSyncAsync(SyncContext context, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("before");

        public ValueTask BeforeApplyAsync(ApplyContext context, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("applying");

        public ValueTask AfterApplyAsync(ApplyContext context, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("applied");

        public ValueTask AfterSyncAsync(SyncContext context, SyncReport report, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("after");
    }
}
