using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Replicas;
using Ordo.Sync.Engine.Writes;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Core.Tests.Engine.Writes;

/// <summary>The operation queue: bounded by bytes, waiting instead of dropping, fair, and drained when it closes.</summary>
public sealed class OperationQueueTests : IAsyncDisposable
{
    private const int QueueBytes = 64 * 1024;

    private readonly FakeTimeProvider _time = TestHub.NewClock();
    private readonly GatedStore _store = new();
    private readonly TestDevice _device;

    public OperationQueueTests() => _device = new TestDevice(transport: null, _time, configure: sync =>
    {
        sync.UseStructuredStore(_ => _store);
        sync.Configure(options => options.QueueBytesMax = QueueBytes);
    });

    public async ValueTask DisposeAsync()
    {
        _store.Open();
        await _device.DisposeAsync();
    }

    [Fact]
    public async Task Writers_wait_when_the_queue_is_full_and_none_is_dropped()
    {
        LocalReplica replica = await CloseAsync();
        Task[] writes = [.. Enumerable.Range(0, 20).Select(i => WriteAsync($"{i}", 16))];
        Assert.Equal(17, replica.WaiterCount);
        Assert.InRange(replica.WaitingBytes, 3 * 16 * 1024, QueueBytes);
        Assert.DoesNotContain(writes, write => write.IsCompleted);

        _store.Open();
        await Task.WhenAll(writes);
        Assert.Equal(20, (await _device.Scope.GetStatusAsync()).RecordCount);
        Assert.Equal(20, (await _device.Engine.GetJournalStatusAsync()).PendingCount);
        Assert.Equal(0, replica.WaitingBytes);
    }

    [Fact]
    public async Task A_caller_who_waits_for_room_can_give_up_and_is_not_written()
    {
        LocalReplica replica = await CloseAsync();
        Task first = WriteAsync("first", 60);
        using var stop = new CancellationTokenSource();
        Task waiting = WriteAsync("given up", 60, stop.Token);
        Task next = WriteAsync("next", 1);
        Assert.Equal(2, replica.WaiterCount);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(120)));

        _store.Open();
        await Task.WhenAll(first, next);
        Assert.Null(await _device.Notes.GetAsync("given up"));
        Assert.NotNull(await _device.Notes.GetAsync("next"));
    }

    [Fact]
    public async Task A_write_that_is_queued_is_written_though_its_caller_cancels()
    {
        await CloseAsync();
        using var stop = new CancellationTokenSource();
        Task queued = WriteAsync("queued", 1, stop.Token);
        await stop.CancelAsync();
        _store.Open();
        await queued;
        Assert.NotNull(await _device.Notes.GetAsync("queued"));
    }

    [Fact]
    public async Task A_big_writer_starves_nobody_for_who_came_first_is_written_first()
    {
        await CloseAsync();
        List<Task<WriteReceipt>> writes = [];
        for (int i = 0; i < 40; i++)
        {
            writes.Add(WriteAsync($"big {i}", 40));
            writes.Add(WriteAsync($"small {i}", 1));
        }

        _store.Open();
        WriteReceipt[] receipts = await Task.WhenAll(writes);
        long[] counters = [.. receipts.Select(receipt => receipt.Version.Counter)];
        Assert.Equal(counters.Order(), counters);
    }

    [Fact]
    public async Task A_write_larger_than_the_whole_queue_is_let_in_alone()
    {
        LocalReplica replica = await CloseAsync();
        Task huge = WriteAsync("huge", 500);
        Task next = WriteAsync("next", 1);
        Assert.Equal(1, replica.WaiterCount);
        _store.Open();
        await Task.WhenAll(huge, next);
    }

    [Fact]
    public async Task Closing_writes_what_was_queued_and_tells_those_who_wait_for_room()
    {
        LocalReplica replica = await CloseAsync();
        Task[] queued = [.. Enumerable.Range(0, 3).Select(i => WriteAsync($"queued {i}", 20))];
        Task[] waiting = [.. Enumerable.Range(0, 10).Select(i => WriteAsync($"waiting {i}", 20))];
        Assert.Equal(10, replica.WaiterCount);
        Task closing = _device.Engine.DisposeAsync().AsTask();
        Assert.False(closing.IsCompleted);

        _store.Open();
        await closing;
        await Task.WhenAll(queued);
        foreach (Task write in waiting)
        {
            await Assert.ThrowsAsync<ObjectDisposedException>(() => write);
        }
    }

    [Fact]
    public async Task A_queue_that_shrinks_lets_writers_wait_earlier_and_one_that_grows_lets_them_in()
    {
        LocalReplica replica = await CloseAsync();
        var queue = new WriteQueue(QueueBytes);
        queue.CapacityBytes = 8 * 1024;
        Task[] writes = [.. Enumerable.Range(0, 3).Select(i => queue.WriteAsync(Queued($"{i}"), CancellationToken.None).AsTask())];
        Assert.Equal(1, queue.WaiterCount);
        queue.CapacityBytes = QueueBytes;
        Assert.Equal(0, queue.WaiterCount);

        // What was let in is there to be written.
        List<QueuedWrite> group = [];
        Assert.True(await queue.WaitAsync());
        Assert.Equal(3, queue.Count);
        queue.Take(group, 10, long.MaxValue);
        Assert.Equal(0, queue.Count);
        Assert.Equal(["0", "1", "2"], group.Select(write => write.Writes[0].Key.Key));
        Assert.Equal(0, replica.WaiterCount);
        Assert.DoesNotContain(writes, write => write.IsCompleted);
    }

    [Fact]
    public void A_write_passes_the_queue_only_where_nothing_waits_and_there_is_room()
    {
        var queue = new WriteQueue(8 * 1024);
        Task queued = queue.WriteAsync(Queued("queued"), CancellationToken.None).AsTask();
        Assert.False(queue.TryPass(Queued("overtakes")));
        List<QueuedWrite> group = [];
        queue.Take(group, 10, long.MaxValue);
        Assert.True(queue.TryPass(Queued("passes")));

        // Two are under way: a third finds no room.
        Assert.False(queue.TryPass(Queued("too much")));
        queue.Release(group[0]);
        Assert.True(queue.TryPass(Queued("fits")));
        Assert.False(queued.IsCompleted);
    }

    [Theory]
    [InlineData(Durability.Full)]
    [InlineData(Durability.Normal)]
    public async Task Sixty_four_writers_share_commits_and_lose_nothing(Durability durability)
    {
        const int writers = 64;
        const int writesEach = 20;
        await CloseAsync();
        var options = new WriteOptions { Durability = durability };
        Task[] running =
        [
            .. Enumerable.Range(0, writers).Select(async writer =>
            {
                for (int i = 0; i < writesEach; i++)
                {
                    await _device.Notes.PutAsync($"{writer}/{i}", new Note { Score = i }, options);
                    Assert.Equal(i, (await _device.Notes.GetAsync($"{writer}/{i}"))?.Value.Score);
                }
            }),
        ];
        int before = _store.Commits.Count;
        _store.Open();
        await Task.WhenAll(running);
        Assert.Equal(writers * writesEach, (await _device.Scope.GetStatusAsync()).RecordCount);
        Assert.Equal(writers * writesEach, (await _device.Engine.GetJournalStatusAsync()).PendingCount);
        IEnumerable<Durability> commits = _store.Commits.Skip(before);
        Assert.All(commits, commit => Assert.Equal(durability, commit));
        Assert.True(commits.Count() < writers * writesEach, "Writers that wait together share a commit.");
    }

    [Fact]
    public async Task A_group_is_as_durable_as_its_most_careful_write_and_no_more()
    {
        await CloseAsync();
        int before = _store.Commits.Count;
        var normal = new WriteOptions { Durability = Durability.Normal };
        Task plug = _device.Notes.PutAsync("plug", new Note(), normal).AsTask();
        Task[] careless = [.. Enumerable.Range(0, 5).Select(i => _device.Notes.PutAsync($"{i}", new Note(), normal).AsTask())];
        _store.Open();
        await Task.WhenAll([plug, .. careless]);
        Assert.All(_store.Commits.Skip(before), commit => Assert.Equal(Durability.Normal, commit));

        _store.Close();
        before = _store.Commits.Count;
        plug = _device.Notes.PutAsync("plug", new Note(), normal).AsTask();
        Task[] mixed =
        [
            _device.Notes.PutAsync("a", new Note(), normal).AsTask(),
            _device.Notes.PutAsync("b", new Note(), new WriteOptions { Durability = Durability.Full }).AsTask(),
        ];
        _store.Open();
        await Task.WhenAll([plug, .. mixed]);
        Assert.Contains(Durability.Full, _store.Commits.Skip(before));
    }

    private async Task<LocalReplica> CloseAsync()
    {
        await _device.Engine.OpenAsync();
        _store.Close();
        return ((SyncEngine)_device.Engine).LanesOf(TestDevice.ScopeName)[0].Replica;
    }

    private Task<WriteReceipt> WriteAsync(string key, int kibibytes, CancellationToken cancellationToken = default) =>
        _device.Notes.PutAsync(key, new Note { Text = new string('x', kibibytes * 1024) }, cancellationToken: cancellationToken)
            .AsTask();

    private static QueuedWrite Queued(string key) => new(
        TestDevice.ScopeName,
        [new RecordWrite.Put(new("notes", key), Basis: null, new byte[3 * 1024], KeepsUnknown: false)],
        string.Empty,
        Durability.Full);
}
