using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Watching;
using Ordo.Sync.Engine.Writes;
using Ordo.Sync.Errors;

namespace Ordo.Sync.Core.Tests.Engine.Writes;

/// <summary>Groups of writes that are seen before they are as durable as asked: who hears of them, and when.</summary>
public sealed class SettlingTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly FakeTimeProvider _time = TestHub.NewClock();
    private readonly GatedStore _store = new();
    private readonly TestDevice _device;

    public SettlingTests() => _device = new TestDevice(
        transport: null, _time, configure: sync => sync.UseStructuredStore(_ => _store));

    public async ValueTask DisposeAsync()
    {
        _store.Open();
        _store.Committed = () => Task.CompletedTask;
        await _device.DisposeAsync();
    }

    [Fact]
    public async Task Nobody_hears_of_a_write_before_it_is_durable_and_the_next_is_written_meanwhile()
    {
        var heard = new List<string>();
        using IDisposable watch = _device.Notes.Changes.Subscribe(new Listener(heard));
        Flushes flushes = await HoldFlushesAsync();
        Task<WriteReceipt[]> first = await WriteGroupAsync(flushes, "a", "b");

        // They are there to be read, and so is what is written while they are on their way to the disk.
        Assert.NotNull(await _device.Notes.GetAsync("b"));
        Task<WriteReceipt> second = _device.Notes.PutAsync("c", new Note()).AsTask();
        await flushes.BegunAsync(2).WaitAsync(Patience);
        Assert.NotNull(await _device.Notes.GetAsync("c"));

        // In the order of the commits, though the later one is on the disk first.
        flushes.End(2);
        Assert.False(first.IsCompleted || second.IsCompleted);
        Assert.DoesNotContain("a", Heard(heard));
        flushes.End(1);
        WriteReceipt[] receipts = [.. await first.WaitAsync(Patience), await second.WaitAsync(Patience)];
        Assert.Equal([2L, 3, 4], receipts.Select(receipt => receipt.Version.Counter));
        for (DateTime end = DateTime.UtcNow + Patience; Heard(heard).Length < 4 && DateTime.UtcNow < end;)
        {
            await Task.Delay(5);
        }

        Assert.Equal(["plug", "a", "b", "c"], Heard(heard));
    }

    [Fact]
    public async Task Writes_that_may_not_have_reached_the_disk_fail_and_are_not_written_again()
    {
        Flushes flushes = await HoldFlushesAsync();
        Task<WriteReceipt[]> failing = await WriteGroupAsync(flushes, "a", "b");
        var failure = new SyncException(SyncErrorCode.StoreUnavailable, "The disk does not answer.", "Look at it.");
        flushes.Fail(1, failure);
        Assert.Same(failure, await Assert.ThrowsAsync<SyncException>(() => failing.WaitAsync(Patience)));
        _store.Committed = () => Task.CompletedTask;
        WriteReceipt after = await _device.Notes.PutAsync("c", new Note());

        // Each was written once: the dots of the failed ones are taken, and no others.
        Assert.Equal(4, after.Version.Counter);
        Assert.Equal(4, (await _device.Engine.GetJournalStatusAsync()).PendingCount);
        Assert.Equal(0, ((SyncEngine)_device.Engine).LanesOf(TestDevice.ScopeName)[0].Replica.WaitingBytes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Watchers_of_a_lone_write_that_failed_hear_of_it_where_it_is_there_to_be_read(bool isCommitted)
    {
        var heard = new List<string>();
        using IDisposable watch = _device.Notes.Changes.Subscribe(new Listener(heard));
        await _device.Engine.OpenAsync();
        var failure = new SyncException(SyncErrorCode.StoreUnavailable, "The disk does not answer.") { IsCommitted = isCommitted };
        _store.Committed = () => throw failure;
        Assert.Same(failure, await Assert.ThrowsAsync<SyncException>(() => _device.Notes.PutAsync("a", new Note()).AsTask()));
        _store.Committed = () => Task.CompletedTask;
        await _device.Notes.PutAsync("b", new Note());
        string[] expected = isCommitted ? ["a", "b"] : ["b"];
        for (DateTime end = DateTime.UtcNow + Patience; Heard(heard).Length < expected.Length && DateTime.UtcNow < end;)
        {
            await Task.Delay(5);
        }

        Assert.Equal(expected, Heard(heard));
    }

    [Fact]
    public async Task Closing_waits_until_what_was_written_is_durable()
    {
        Flushes flushes = await HoldFlushesAsync();
        Task<WriteReceipt[]> writes = await WriteGroupAsync(flushes, "a", "b");
        Task closing = _device.Engine.DisposeAsync().AsTask();
        Assert.False(closing.IsCompleted);
        flushes.End(1);
        await closing.WaitAsync(Patience);
        await writes.WaitAsync(Patience);
    }

    private async Task<Flushes> HoldFlushesAsync()
    {
        await _device.Engine.OpenAsync();
        var flushes = new Flushes();
        _store.Committed = flushes.NextAsync;
        return flushes;
    }

    // What comes while the writer is held up with another write is one group, whose flush is the second.
    private async Task<Task<WriteReceipt[]>> WriteGroupAsync(Flushes flushes, params string[] keys)
    {
        Task plug = _device.Notes.PutAsync("plug", new Note()).AsTask();
        await flushes.BegunAsync(0).WaitAsync(Patience);
        Task<WriteReceipt>[] writes = [.. keys.Select(key => _device.Notes.PutAsync(key, new Note()).AsTask())];
        flushes.End(0);
        await plug.WaitAsync(Patience);
        await flushes.BegunAsync(1).WaitAsync(Patience);
        return Task.WhenAll(writes);
    }

    private static string[] Heard(List<string> heard)
    {
        lock (heard)
        {
            return [.. heard];
        }
    }

    private sealed class Listener(List<string> heard) : IObserver<RecordChange<Note>>
    {
        public void OnNext(RecordChange<Note> value)
        {
            lock (heard)
            {
                heard.Add(value.Key);
            }
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error) => throw error;
    }
}
