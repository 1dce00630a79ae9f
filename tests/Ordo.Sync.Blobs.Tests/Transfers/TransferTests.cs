using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Engine.Blobs;
using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.Errors;
using Ordo.Sync.Storage.Blobs;
using Ordo.Sync.Storage.Memory;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Blobs.Tests.Transfers;

public sealed class TransferTests : IAsyncDisposable
{
    // Chunks that were on their way when a cut came: all but the one that met it.
    private const int InFlightMax = 3;

    private readonly TestFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));
    private readonly List<IAsyncDisposable> _parts = [];

    public async ValueTask DisposeAsync()
    {
        _parts.Reverse();
        foreach (IAsyncDisposable part in _parts)
        {
            await part.DisposeAsync();
        }

        _folder.Dispose();
    }

    [Fact]
    public async Task A_file_that_a_record_refers_to_reaches_the_other_device_when_it_is_opened()
    {
        TestHub hub = await HubAsync();
        TestDevice writer = Device("writer", hub, out _);
        TestDevice reader = Device("reader", hub, out _);
        byte[] content = Content.Of(1_000_000);
        BlobRef file = await writer.PublishAsync("slides", content);

        BlobSyncReport report = (await writer.SyncAsync()).ThrowIfFailed();
        await reader.SyncAsync();

        Assert.Equal((1, content.Length), (report.UploadedCount, report.BytesSent));
        Assert.Equal(file, (await reader.Handouts.GetAsync("slides"))!.Value!.File);
        Assert.False((await reader.Blobs.GetStatusAsync(file.Id)).IsHeld);
        Assert.Equal(content, await reader.ReadAsync(file.Id));
    }

    [Fact]
    public async Task A_record_syncs_although_its_file_fails_and_the_failure_is_reported_and_tried_again()
    {
        TestHub hub = await HubAsync(new() { BlobBytesMax = 1000 });
        TestDevice writer = Device("writer", hub, out _);
        TestDevice reader = Device("reader", hub, out _);
        await writer.PublishAsync("video", Content.Of(100_000));
        await writer.PublishAsync("note", Content.Of(500));

        BlobSyncReport report = await writer.SyncAsync();
        await reader.SyncAsync();

        Assert.NotNull(await reader.Handouts.GetAsync("video"));
        Assert.Equal(1, report.UploadedCount);
        BlobTransfer failing = Assert.Single(await writer.Blobs.GetTransfersAsync());
        Assert.Equal((SyncErrorCode.TooLarge, 1), (failing.ErrorCode, failing.FailureCount));
        Assert.True(failing.NextAttemptAt > _time.GetUtcNow());
        await writer.Blobs.SyncAsync();
        Assert.Equal(2, Assert.Single(await writer.Blobs.GetTransfersAsync()).FailureCount);
    }

    [Fact]
    public async Task An_upload_that_is_cut_off_sends_only_what_the_hub_lacks()
    {
        TestHub hub = await HubAsync();
        TestDevice writer = Device("writer", hub, out UnsteadyTransport way);
        BlobRef file = await writer.PublishAsync("slides", Content.Of(2_000_000));
        way.CutAfter(20);

        BlobSyncReport cut = await writer.SyncAsync();
        int before = way.Sent.Count;
        way.CutAfter(int.MaxValue);
        (await writer.SyncAsync()).ThrowIfFailed();

        Assert.Equal((SyncErrorCode.Unreachable, 20), (cut.Error!.Code, before));
        BlobManifest held = (await hub.HeldAsync(file.Id))!;
        Assert.Equal(held.Chunks.Length, way.Sent.Distinct().Count());
        Assert.InRange(way.Sent.Count - held.Chunks.Length, 0, InFlightMax);
    }

    [Fact]
    public async Task A_download_that_is_cut_off_fetches_only_what_is_missing()
    {
        (TestHub hub, BlobRef file, byte[] content) = await PublishedAsync(2_000_000);
        TestDevice reader = Device("reader", hub, out UnsteadyTransport way);
        await reader.SyncAsync();
        way.CutAfter(20);

        SyncException cut = await Assert.ThrowsAsync<SyncException>(async () => await reader.Blobs.DownloadAsync(file.Id));
        way.CutAfter(int.MaxValue);
        await reader.Blobs.DownloadAsync(file.Id);

        Assert.Equal(SyncErrorCode.Unreachable, cut.Code);
        int chunks = (await hub.HeldAsync(file.Id))!.Chunks.Length;
        Assert.Equal(chunks, way.Received.Distinct().Count());
        Assert.InRange(way.Received.Count - chunks, 0, InFlightMax);
        Assert.Equal(content, await reader.ReadAsync(file.Id));
    }

    [Fact]
    public async Task A_chunk_that_is_damaged_on_its_way_is_fetched_again()
    {
        (TestHub hub, BlobRef file, byte[] content) = await PublishedAsync(300_000);
        TestDevice reader = Device("reader", hub, out UnsteadyTransport way);
        await reader.SyncAsync();
        way.Damage(2);

        Assert.Equal(content, await reader.ReadAsync(file.Id));
        Assert.True(way.Received.Count > way.Received.Distinct().Count());
    }

    [Fact]
    public async Task A_chunk_that_is_damaged_on_its_way_up_is_refused_and_sent_again()
    {
        TestHub hub = await HubAsync();
        TestDevice writer = Device("writer", hub, out UnsteadyTransport way);
        BlobRef file = await writer.PublishAsync("slides", Content.Of(300_000));
        way.Damage(1);

        (await writer.SyncAsync()).ThrowIfFailed();

        BlobManifest held = (await hub.HeldAsync(file.Id))!;
        Assert.Equal(held.Chunks.Length + 1, way.Sent.Count);
    }

    [Fact]
    public async Task A_chunk_that_rots_before_it_is_sent_is_refused_and_reported()
    {
        TestHub hub = await HubAsync();
        TestDevice writer = Device("writer", hub, out _);
        BlobRef file = await writer.PublishAsync("slides", Content.Of(300_000));
        TestFolder.FlipBit(TestFolder.ChunkFiles(_folder.Sub("writer"))[3]);

        await writer.SyncAsync();

        Assert.Null(await hub.HeldAsync(file.Id));
        Assert.Equal(SyncErrorCode.BlobDamaged, Assert.Single(await writer.Blobs.GetTransfersAsync()).ErrorCode);
    }

    [Fact]
    public async Task A_chunk_that_rots_on_the_devices_disk_is_healed_while_it_is_read()
    {
        (TestHub hub, BlobRef file, byte[] content) = await PublishedAsync(1_000_000);
        TestDevice reader = Device("reader", hub, out UnsteadyTransport way);
        await reader.SyncAsync();
        await reader.Blobs.DownloadAsync(file.Id);
        TestFolder.FlipBit(TestFolder.ChunkFiles(_folder.Sub("reader"))[3]);
        way.Received.Clear();

        Assert.Equal(content, await reader.ReadAsync(file.Id));
        Assert.Single(way.Received);
        Assert.Equal(content, await reader.ReadAsync(file.Id));
        Assert.Single(way.Received);
    }

    [Fact]
    public async Task A_chunk_that_rots_on_the_hubs_disk_is_asked_of_a_device_that_has_it()
    {
        TestHub hub = await HubAsync();
        TestDevice writer = Device("writer", hub, out _);
        byte[] content = Content.Of(300_000);
        BlobRef file = await writer.PublishAsync("slides", content);
        await writer.SyncAsync();
        TestDevice reader = Device("reader", hub, out _);
        await reader.SyncAsync();
        TestFolder.FlipBit(TestFolder.ChunkFiles(_folder.Sub("hub"))[3]);

        SyncException gone = await Assert.ThrowsAsync<SyncException>(async () => await reader.Blobs.DownloadAsync(file.Id));
        _time.Advance(TimeSpan.FromHours(2));
        (await writer.SyncAsync()).ThrowIfFailed();

        Assert.Equal(SyncErrorCode.BlobMissing, gone.Code);
        Assert.Equal(content, await reader.ReadAsync(file.Id));
    }

    [Fact]
    public async Task A_reader_gets_the_place_it_seeks_to_before_the_rest()
    {
        (TestHub hub, BlobRef file, byte[] content) = await PublishedAsync(4_000_000);
        TestDevice reader = Device("reader", hub, out UnsteadyTransport way, sync => sync.ConfigureBlobs(options =>
            options.InFlightBytesMax = 64 * 1024));
        await reader.SyncAsync();
        var started = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        way.BeforeChunk = async (_, _) =>
        {
            started.TrySetResult();
            await goOn.Task;
        };

        await using Stream stream = await reader.Blobs.OpenReadAsync(file.Id);
        await started.Task;
        stream.Position = 3_000_000;
        var tail = new byte[100];
        ValueTask reading = stream.ReadExactlyAsync(tail);
        goOn.SetResult();
        await reading;

        Assert.Equal(content[3_000_000..3_000_100], tail);
        int index = (await hub.HeldAsync(file.Id))!.IndexAt(3_000_000);
        Assert.InRange(way.Received.ToList().IndexOf(index), 0, 8);
        stream.Seek(-100, SeekOrigin.End);
        await stream.ReadExactlyAsync(tail);
        Assert.Equal(content[^100..], tail);
        Assert.Equal(0, await stream.ReadAsync(tail));
    }

    [Fact]
    public async Task Only_edited_chunks_of_an_edited_file_are_sent()
    {
        TestHub hub = await HubAsync();
        TestDevice writer = Device("writer", hub, out UnsteadyTransport way);
        byte[] content = Content.Of(2_000_000);
        await writer.PublishAsync("slides", content);
        await writer.SyncAsync();
        way.Sent.Clear();

        await writer.PublishAsync("slides", [.. content.AsSpan(0, 1_000_000), 42, .. content.AsSpan(1_000_000)]);
        BlobSyncReport report = (await writer.SyncAsync()).ThrowIfFailed();

        Assert.InRange(way.Sent.Count, 1, 8);
        Assert.InRange(report.BytesSent, 1, 300_000);
    }

    [Fact]
    public async Task Transfers_survive_a_restart()
    {
        TestHub hub = await HubAsync();
        var records = new InMemoryRecordStore("writer");
        TestDevice first = Device("writer", hub, out UnsteadyTransport way, store: records);
        BlobRef file = await first.PublishAsync("slides", Content.Of(300_000));
        way.CutAfter(3);
        await first.SyncAsync();
        await first.DisposeAsync();

        TestDevice second = Device("writer", hub, out UnsteadyTransport again, store: records.Clone());
        BlobTransfer waiting = Assert.Single(await second.Blobs.GetTransfersAsync());
        (await second.SyncAsync()).ThrowIfFailed();

        Assert.Equal((BlobDirection.Upload, file.Id), (waiting.Direction, waiting.Blob));
        int chunks = (await hub.HeldAsync(file.Id))!.Chunks.Length;
        Assert.InRange(way.Sent.Count + again.Sent.Count - chunks, 0, InFlightMax);
    }

    [Theory]
    [InlineData(500, true)]
    [InlineData(5_000, false)]
    public async Task A_policy_by_size_fetches_small_files_ahead(int length, bool isFetched)
    {
        (TestHub hub, BlobRef file, _) = await PublishedAsync(length);
        TestDevice reader = Device("reader", hub, out _, sync => sync.ConfigureBlobs(options =>
            options.Downloads = BlobDownloadPolicy.UpTo(1_000)));

        await reader.SyncAsync();

        Assert.Equal(isFetched, (await reader.Blobs.GetStatusAsync(file.Id)).IsHeld);
    }

    [Fact]
    public async Task A_policy_that_forbids_a_file_holds_also_when_it_is_opened()
    {
        (TestHub hub, BlobRef file, _) = await PublishedAsync(500);
        TestDevice reader = Device("reader", hub, out _, sync => sync.ConfigureBlobs(options =>
            options.Downloads = BlobDownloadPolicy.Nothing));
        await reader.SyncAsync();

        SyncException refused = await Assert.ThrowsAsync<SyncException>(async () => await reader.Blobs.OpenReadAsync(file.Id));

        Assert.Equal(SyncErrorCode.BlobMissing, refused.Code);
    }

    [Fact]
    public async Task A_pinned_file_is_fetched_and_not_evicted_and_the_only_copy_never_is()
    {
        TestHub hub = await HubAsync();
        TestDevice writer = Device("writer", hub, out _);
        BlobRef file = await writer.PublishAsync("slides", Content.Of(300_000));
        Assert.False(await writer.Blobs.EvictAsync(file.Id));
        await writer.SyncAsync();
        TestDevice reader = Device("reader", hub, out _);
        await reader.SyncAsync();

        await reader.Blobs.PinAsync(file.Id);
        (await reader.Blobs.SyncAsync()).ThrowIfFailed();
        Assert.True((await reader.Blobs.GetStatusAsync(file.Id)).IsHeld);
        Assert.False(await reader.Blobs.EvictAsync(file.Id));
        await reader.Blobs.UnpinAsync(file.Id);
        Assert.True(await reader.Blobs.EvictAsync(file.Id));

        Assert.Equal(default, reader.Blobs.Usage);
        Assert.True(await writer.Blobs.EvictAsync(file.Id));
    }

    [Fact]
    public async Task A_full_quota_evicts_what_was_used_longest_ago()
    {
        TestHub hub = await HubAsync();
        TestDevice writer = Device("writer", hub, out _);
        BlobRef[] files =
        [
            await writer.PublishAsync("a", Content.Of(400_000, 1)),
            await writer.PublishAsync("b", Content.Of(400_000, 2)),
            await writer.PublishAsync("c", Content.Of(400_000, 3)),
        ];
        (await writer.SyncAsync()).ThrowIfFailed();
        TestDevice reader = Device("reader", hub, out _, sync =>
            sync.UseFileSystemBlobs(_folder.Sub("reader"), options => options.BytesMax = 900_000));
        await reader.SyncAsync();
        foreach (BlobRef file in files)
        {
            _time.Advance(TimeSpan.FromHours(2));
            await reader.Blobs.DownloadAsync(file.Id);
        }

        Assert.False((await reader.Blobs.GetStatusAsync(files[0].Id)).IsHeld);
        Assert.True((await reader.Blobs.GetStatusAsync(files[2].Id)).IsHeld);
        Assert.InRange(reader.Blobs.Usage.ChunkBytes, 0, 900_000);
    }

    [Fact]
    public async Task A_disk_that_fills_up_gives_a_clear_error_and_the_download_goes_on_when_there_is_room()
    {
        (TestHub hub, BlobRef file, byte[] content) = await PublishedAsync(1_000_000);
        TestDevice reader = Device("reader", hub, out UnsteadyTransport way, sync =>
            sync.UseBlobStore(_ => new FillingStore(_folder.Sub("reader"), _time, chunksUntilFull: 10)));
        await reader.SyncAsync();

        SyncException full = await Assert.ThrowsAsync<SyncException>(async () => await reader.Blobs.DownloadAsync(file.Id));
        await reader.Blobs.DownloadAsync(file.Id);

        Assert.Equal(SyncErrorCode.StoreFull, full.Code);
        Assert.Equal(content, await reader.ReadAsync(file.Id));
        Assert.InRange(way.Received.Count - way.Received.Distinct().Count(), 1, 4);
    }

    [Fact]
    public async Task Paused_transfers_wait_and_what_an_app_opens_does_not()
    {
        (TestHub hub, BlobRef file, byte[] content) = await PublishedAsync(100_000);
        TestDevice reader = Device("reader", hub, out UnsteadyTransport way, sync => sync.ConfigureBlobs(options =>
            options.Downloads = BlobDownloadPolicy.Everything));
        (await reader.Engine.SyncAsync()).ThrowIfFailed();
        reader.Blobs.Pause();
        Task<BlobSyncReport> round = reader.Blobs.SyncAsync().AsTask();

        await Task.Yield();
        Assert.Empty(way.Received);
        Assert.Equal(content, await reader.ReadAsync(file.Id));
        reader.Blobs.Resume();
        (await round).ThrowIfFailed();
    }

    [Fact]
    public async Task A_metered_network_holds_background_transfers_until_it_is_none()
    {
        (TestHub hub, BlobRef file, _) = await PublishedAsync(100_000);
        var cost = new SwitchableCost { IsMetered = true };
        TestDevice reader = Device("reader", hub, out UnsteadyTransport way, sync =>
        {
            sync.Services.Add(new(typeof(INetworkCost), cost));
            sync.ConfigureBlobs(options => options.Downloads = BlobDownloadPolicy.Everything);
        });
        (await reader.Engine.SyncAsync()).ThrowIfFailed();

        Task<BlobSyncReport> round = reader.Blobs.SyncAsync().AsTask();
        Assert.Empty(way.Received);
        cost.IsMetered = false;
        while (!round.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        (await round).ThrowIfFailed();
        Assert.True((await reader.Blobs.GetStatusAsync(file.Id)).IsHeld);
    }

    [Fact]
    public async Task Chunks_wait_while_records_sync()
    {
        TestHub hub = await HubAsync();
        var records = new GatedTransport(hub.Connect());
        var way = new UnsteadyTransport(new InProcessBlobTransport(hub.Blobs));
        var writer = new TestDevice(_folder.Sub("writer"), records, way, _time);
        _parts.Add(writer);
        await writer.PublishAsync("slides", Content.Of(300_000));

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
    public async Task Progress_ends_with_all_bytes_done()
    {
        TestHub hub = await HubAsync();
        TestDevice writer = Device("writer", hub, out _);
        await writer.PublishAsync("slides", Content.Of(300_000));
        var seen = new System.Collections.Concurrent.ConcurrentQueue<BlobProgress>();
        (await writer.Engine.SyncAsync()).ThrowIfFailed();

        (await writer.Blobs.SyncAsync(new Told<BlobProgress>(seen.Enqueue))).ThrowIfFailed();

        Assert.Contains(seen, progress => progress.BytesDone < progress.BytesTotal);
        Assert.Contains(seen, progress => progress is { BytesDone: 300_000, BytesTotal: 300_000 });
    }

    [Fact]
    public async Task A_device_forgets_a_file_a_grace_period_after_its_last_reference()
    {
        TestHub hub = await HubAsync();
        TestDevice writer = Device("writer", hub, out _);
        BlobRef file = await writer.PublishAsync("slides", Content.Of(300_000));
        await writer.SyncAsync();
        await writer.Handouts.DeleteAsync("slides");

        await writer.Blobs.CollectAsync();
        Assert.True((await writer.Blobs.GetStatusAsync(file.Id)).IsHeld);
        _time.Advance(TimeSpan.FromDays(8));
        Assert.Equal(1, (await writer.Blobs.CollectAsync()).RemovedCount);

        Assert.Equal(default, writer.Blobs.Usage);
    }

    [Fact]
    public async Task A_device_keeps_a_file_that_a_record_refers_to()
    {
        TestHub hub = await HubAsync();
        TestDevice writer = Device("writer", hub, out _);
        BlobRef file = await writer.PublishAsync("slides", Content.Of(300_000));
        for (int i = 0; i < 3; i++)
        {
            _time.Advance(TimeSpan.FromDays(8));
            await writer.Blobs.CollectAsync();
        }

        Assert.True((await writer.Blobs.GetStatusAsync(file.Id)).IsHeld);
    }

    private async Task<TestHub> HubAsync(Replication.Blobs.BlobResponderOptions? options = null)
    {
        TestHub hub = await TestHub.StartAsync(_folder.Sub("hub"), _time, options);
        _parts.Add(hub);
        return hub;
    }

    private TestDevice Device(
        string name,
        TestHub hub,
        out UnsteadyTransport way,
        Action<OrdoSyncBuilder>? configure = null,
        InMemoryRecordStore? store = null)
    {
        way = new UnsteadyTransport(new InProcessBlobTransport(hub.Blobs));
        var device = new TestDevice(_folder.Sub(name), hub.Connect(), way, _time, configure, store);
        _parts.Add(device);
        return device;
    }

    private async Task<(TestHub Hub, BlobRef File, byte[] Content)> PublishedAsync(int length)
    {
        TestHub hub = await HubAsync();
        TestDevice writer = Device("writer", hub, out _);
        byte[] content = Content.Of(length);
        BlobRef file = await writer.PublishAsync("slides", content);
        (await writer.SyncAsync()).ThrowIfFailed();
        return (hub, file, content);
    }
}
