using Ordo.Sync.Engine.Blobs;
using Ordo.Sync.Storage.Memory;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Blobs.Tests.Transfers;

/// <summary>Blobs never stand in the way of records, and do not stand still for them.</summary>
public sealed class LaneTests : TransferWorld
{
    // What two files have on their way at once, as long as nothing narrows it.
    private const int OnTheirWayMax = 2 * (InFlightMax + 1);

    [Fact]
    public async Task A_sync_that_does_not_end_does_not_stop_transfers_for_ever()
    {
        (TestDevice writer, GatedTransport records, UnsteadyTransport way) = await PublishAsync();
        Task syncing = writer.Engine.SyncAsync().AsTask();
        await records.Entered;
        Task<BlobSyncReport> round = writer.Blobs.SyncAsync().AsTask();

        await PassAsync(TimeSpan.FromSeconds(1), () => !way.Sent.IsEmpty);
        records.Release();
        await syncing;
        (await round).ThrowIfFailed();
    }

    [Fact]
    public async Task Chunks_wait_while_records_sync()
    {
        (TestDevice writer, GatedTransport records, UnsteadyTransport way) = await PublishAsync();

        Task syncing = writer.Engine.SyncAsync().AsTask();
        await records.Entered;
        Task<BlobSyncReport> round = writer.Blobs.SyncAsync().AsTask();
        await Task.WhenAny(round, Task.Delay(200));
        Assert.Empty(way.Sent);
        records.Release();
        await syncing;

        (await round).ThrowIfFailed();
        Assert.NotEmpty(way.Sent);
    }

    [Fact]
    public async Task An_app_that_syncs_without_a_pause_does_not_stop_its_transfers()
    {
        (TestDevice writer, GatedTransport records, UnsteadyTransport way) = await PublishAsync();
        using var cancel = new CancellationTokenSource();
        Task first = writer.Engine.SyncAsync(progress: null, cancel.Token).AsTask();
        Task second = writer.Engine.SyncAsync().AsTask();
        await records.Entered;
        Task<BlobSyncReport> round = writer.Blobs.SyncAsync().AsTask();
        await Task.WhenAny(round, Task.Delay(200));
        Assert.Empty(way.Sent);

        // From here to the end there is always a sync under way; the longest that a chunk waits for one is 30 seconds.
        Time.Advance(TimeSpan.FromMilliseconds(100));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        DateTimeOffset began = Time.GetUtcNow();
        await PassAsync(TimeSpan.FromMilliseconds(50), () => !way.Sent.IsEmpty || Time.GetUtcNow() - began > TimeSpan.FromSeconds(25));
        for (int i = 0; i < 6_000 && way.Sent.IsEmpty; i++)
        {
            await Task.Delay(10);
        }

        Assert.NotEmpty(way.Sent);
        records.Release();
        await second;
        (await round).ThrowIfFailed();
    }

    [Fact]
    public async Task Chunks_go_side_by_side_and_one_at_a_time_once_records_are_synced_in_their_midst()
    {
        TestHub hub = await HubAsync();
        TestDevice writer = Device("writer", hub, out UnsteadyTransport way);
        await writer.PublishAsync("slides", Content.Of(250_000, 1));
        await writer.PublishAsync("video", Content.Of(250_000, 2));
        (await writer.Engine.SyncAsync()).ThrowIfFailed();
        var together = new TaskCompletionSource();
        var synced = new TaskCompletionSource();
        (int running, int late, int lateMost, int lateCount) = (0, 0, 0, 0);
        way.BeforeChunk = async (_, cancellationToken) =>
        {
            if (!synced.Task.IsCompleted)
            {
                // All that were let in before the sync: one that comes later than it is late.
                if (Interlocked.Increment(ref running) == OnTheirWayMax)
                {
                    together.SetResult();
                }

                await synced.Task.WaitAsync(cancellationToken);
                return;
            }

            lateCount++;
            lateMost = Math.Max(lateMost, Interlocked.Increment(ref late));
            await Task.Delay(1, cancellationToken);
            Interlocked.Decrement(ref late);
        };
        Task<BlobSyncReport> moving = writer.Blobs.SyncAsync().AsTask();
        await together.Task;

        (await writer.Engine.SyncAsync()).ThrowIfFailed();
        synced.SetResult();
        while (!moving.IsCompleted)
        {
            // Records are synced again and again, so that they never come to rest.
            Time.Advance(TimeSpan.FromMilliseconds(10));
            (await writer.Engine.SyncAsync()).ThrowIfFailed();
            await Task.Delay(2);
        }

        (await moving).ThrowIfFailed();

        Assert.Equal(1, lateMost);
        Assert.InRange(lateCount, 5, int.MaxValue);
    }

    [Fact]
    public async Task Once_records_are_synced_in_the_midst_of_a_transfer_chunks_wait_until_they_have_come_to_rest()
    {
        TestHub hub = await HubAsync();
        TestDevice writer = Device("writer", hub, out UnsteadyTransport way);
        await writer.PublishAsync("slides", Content.Of(500_000));
        (await writer.Engine.SyncAsync()).ThrowIfFailed();
        (Task begun, TaskCompletionSource goesOn) = HoldChunks(way);
        Task<BlobSyncReport> moving = writer.Blobs.SyncAsync().AsTask();
        await begun;
        (await writer.Engine.SyncAsync()).ThrowIfFailed();
        goesOn.SetResult();

        // The clock stands still: to the device, records were synced just now. Only what was on its way arrives.
        await Task.WhenAny(moving, Task.Delay(200));
        Assert.False(moving.IsCompleted);
        Assert.InRange(way.Sent.Count, 1, InFlightMax + 1);
        while (!moving.IsCompleted)
        {
            Time.Advance(TimeSpan.FromMilliseconds(30));
            await Task.Delay(1);
        }

        (await moving).ThrowIfFailed();
    }

    [Fact]
    public async Task Chunks_wait_while_a_record_is_written()
    {
        TestHub hub = await HubAsync();
        var store = new InMemoryRecordStore("device");
        TestDevice writer = Device("writer", hub, out UnsteadyTransport way, store: store);
        await writer.PublishAsync("slides", Content.Of(500_000));
        (await writer.Engine.SyncAsync()).ThrowIfFailed();
        (Task begun, TaskCompletionSource goesOn) = HoldChunks(way);
        Task<BlobSyncReport> moving = writer.Blobs.SyncAsync().AsTask();
        await begun;

        Task writing;
        await using (await store.BeginAsync())
        {
            writing = writer.Handouts.PutAsync("note", new Handout { Title = "note" }).AsTask();
            goesOn.SetResult();
            await Task.WhenAny(moving, Task.Delay(200));

            // Those that were on their way already.
            Assert.InRange(way.Sent.Count, 0, InFlightMax + 1);

            // And not for ever.
            int before = way.Sent.Count;
            await PassAsync(TimeSpan.FromMilliseconds(50), () => way.Sent.Count > before);
        }

        await writing;
        (await moving).ThrowIfFailed();
        Assert.InRange(way.Sent.Count, 2 * (InFlightMax + 1), int.MaxValue);
    }

    [Fact]
    public async Task A_while_after_the_last_sync_chunks_go_side_by_side_again()
    {
        TestHub hub = await HubAsync();
        TestDevice writer = Device("writer", hub, out UnsteadyTransport way);
        await writer.PublishAsync("slides", Content.Of(200_000, 1));
        (await writer.Engine.SyncAsync()).ThrowIfFailed();
        (Task begun, TaskCompletionSource goesOn) = HoldChunks(way);
        Task<BlobSyncReport> moving = writer.Blobs.SyncAsync().AsTask();
        await begun;
        (await writer.Engine.SyncAsync()).ThrowIfFailed();
        goesOn.SetResult();
        await PassAsync(TimeSpan.FromMilliseconds(30), () => moving.IsCompleted);
        (await moving).ThrowIfFailed();

        await writer.PublishAsync("video", Content.Of(200_000, 2));
        (await writer.Engine.SyncAsync()).ThrowIfFailed();
        Time.Advance(TimeSpan.FromSeconds(2));
        var together = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int running = 0;
        way.BeforeChunk = async (_, cancellationToken) =>
        {
            if (Interlocked.Increment(ref running) == 2)
            {
                together.SetResult();
            }

            await together.Task.WaitAsync(cancellationToken);
        };
        moving = writer.Blobs.SyncAsync().AsTask();

        await PassAsync(TimeSpan.FromMilliseconds(100), () => together.Task.IsCompleted);
        (await moving).ThrowIfFailed();
    }

    // The clock goes on, until something has come about or much more time has passed than it needs.
    private async Task PassAsync(TimeSpan step, Func<bool> until)
    {
        for (int i = 0; i < 10_000 && !until(); i++)
        {
            Time.Advance(step);
            await Task.Delay(2);
        }

        Assert.True(until());
    }

    // Every chunk from now on waits at the transport until it may go on.
    private static (Task Begun, TaskCompletionSource GoesOn) HoldChunks(UnsteadyTransport way)
    {
        var begun = new TaskCompletionSource();
        var goesOn = new TaskCompletionSource();
        way.BeforeChunk = async (_, cancellationToken) =>
        {
            begun.TrySetResult();
            await goesOn.Task.WaitAsync(cancellationToken);
        };
        return (begun.Task, goesOn);
    }

    // A device with a file that is not at the hub yet, and whose sync of records waits in the middle.
    private async Task<(TestDevice Writer, GatedTransport Records, UnsteadyTransport Way)> PublishAsync()
    {
        TestHub hub = await HubAsync();
        var records = new GatedTransport(hub.Connect());
        var way = new UnsteadyTransport(new InProcessBlobTransport(hub.Blobs));
        TestDevice writer = Own(new TestDevice(Folder.Sub("writer"), records, way, Time));
        await writer.PublishAsync("slides", Content.Of(300_000));
        return (writer, records, way);
    }
}
