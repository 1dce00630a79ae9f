using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Writes;
using Ordo.Sync.Errors;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Core.Tests.Engine.Writes;

/// <summary>A caller whose writes come one at a time writes on its own thread, under the same promises.</summary>
public sealed class LoneWriterTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly FakeTimeProvider _time = TestHub.NewClock();
    private readonly GatedStore _store = new();
    private readonly TestDevice _device;
    private volatile int _committedOn;

    public LoneWriterTests()
    {
        _device = new TestDevice(transport: null, _time, configure: sync => sync.UseStructuredStore(_ => _store));
        _store.Committed = () =>
        {
            _committedOn = Environment.CurrentManagedThreadId;
            return Task.CompletedTask;
        };
    }

    public async ValueTask DisposeAsync()
    {
        _store.Open();
        _store.Committed = () => Task.CompletedTask;
        await _device.DisposeAsync();
    }

    [Fact]
    public Task Writes_that_come_one_at_a_time_are_written_on_their_callers_thread() => OnPoolAsync(async () =>
    {
        await WriteOneByOneAsync();
        int caller = Environment.CurrentManagedThreadId;
        ValueTask<WriteReceipt> write = _device.Notes.PutAsync("own", new Note { Score = 7 });
        Assert.True(write.IsCompletedSuccessfully);
        Assert.Equal(caller, _committedOn);
        Assert.Equal(7, (await _device.Notes.GetAsync("own"))?.Value.Score);
        Assert.Equal((await write).Version.Counter, (await _device.Engine.GetJournalStatusAsync()).PendingCount);
    });

    [Fact]
    public Task A_thread_that_somebody_else_schedules_never_waits_for_the_disk() => OnPoolAsync(async () =>
    {
        await WriteOneByOneAsync();
        _committedOn = 0;
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(new SynchronizationContext());
        Task<WriteReceipt> write = _device.Notes.PutAsync("of a view", new Note()).AsTask();
        int caller = Environment.CurrentManagedThreadId;
        Assert.True(SpinWait.SpinUntil(() => _committedOn != 0, Patience));
        SynchronizationContext.SetSynchronizationContext(before);
        Assert.NotEqual(caller, _committedOn);
        await write;
    });

    [Fact]
    public Task Who_comes_while_another_writes_by_itself_is_written_behind_it_and_with_the_others() => OnPoolAsync(async () =>
    {
        await WriteOneByOneAsync();
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _store.Committed = () => held.Task;
        Task<WriteReceipt> first = _device.Notes.PutAsync("first", new Note()).AsTask();
        int before = _store.Commits.Count;
        Task<WriteReceipt>[] later = [.. Enumerable.Range(0, 10).Select(i => _device.Notes.PutAsync($"{i}", new Note()).AsTask())];
        Assert.False(first.IsCompleted);
        _store.Committed = () => Task.CompletedTask;
        held.SetResult();
        WriteReceipt[] receipts = [await first.WaitAsync(Patience), .. await Task.WhenAll(later).WaitAsync(Patience)];
        long[] counters = [.. receipts.Select(receipt => receipt.Version.Counter)];
        Assert.Equal(counters.Order(), counters);
        Assert.Equal(1, _store.Commits.Count - before);
    });

    [Fact]
    public Task Closing_waits_for_who_writes_by_itself_and_lets_nobody_begin() => OnPoolAsync(async () =>
    {
        await WriteOneByOneAsync();
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _store.Committed = () => held.Task;
        Task<WriteReceipt> write = _device.Notes.PutAsync("last", new Note()).AsTask();
        Task closing = _device.Engine.DisposeAsync().AsTask();
        Assert.False(closing.IsCompleted);
        held.SetResult();
        await closing.WaitAsync(Patience);
        await write.WaitAsync(Patience);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => _device.Notes.PutAsync("too late", new Note()).AsTask());
    });

    [Fact]
    public Task A_write_that_fails_harms_no_other_and_its_caller_may_write_again() => OnPoolAsync(async () =>
    {
        await WriteOneByOneAsync();
        _store.Committed = () => throw new SyncException(SyncErrorCode.StoreUnavailable, "The disk does not answer.");
        await Assert.ThrowsAsync<SyncException>(() => _device.Notes.PutAsync("failed", new Note()).AsTask());
        _store.Committed = () => Task.CompletedTask;
        await _device.Notes.PutAsync("after", new Note());
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _device.Notes.PutAsync("cancelled", new Note(), cancellationToken: cancelled.Token).AsTask());
        Assert.Null(await _device.Notes.GetAsync("cancelled"));
        Assert.Equal(0, ((SyncEngine)_device.Engine).LanesOf(TestDevice.ScopeName)[0].Replica.WaitingBytes);
    });

    // A thread of the pool without a context, as a server's or a background task's is; a test's own may have one.
    private static Task OnPoolAsync(Func<Task> test) => Task.Run(test);

    private async Task WriteOneByOneAsync()
    {
        for (int i = 0; i < 20; i++)
        {
            await _device.Notes.PutAsync($"one by one {i}", new Note(), new WriteOptions { Durability = Durability.Normal });
        }
    }
}
