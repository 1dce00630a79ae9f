using Microsoft.Extensions.DependencyInjection;
using Ordo.Sync.Engine.Blobs;
using Ordo.Sync.Errors;
using Ordo.Sync.Storage.Blobs;
using Ordo.Sync.Storage.Memory;

namespace Ordo.Sync.Blobs.Tests.Transfers;

/// <summary>Blobs that travel, and go on where they broke off.</summary>
public sealed class TransferTests : TransferWorld
{
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
        Assert.True(failing.NextAttemptAt > Time.GetUtcNow());
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
    public async Task A_chunk_that_a_file_holds_several_times_is_sent_once()
    {
        TestHub hub = await HubAsync();
        TestDevice writer = Device("writer", hub, out UnsteadyTransport way);

        BlobRef file = await writer.PublishAsync("empty pages", new byte[5 * TestDevice.Chunks.BytesMax]);
        (await writer.SyncAsync()).ThrowIfFailed();

        Assert.Single(way.Sent);
        Assert.Equal(5, (await hub.HeldAsync(file.Id))!.Chunks.Length);
    }

    [Fact]
    public async Task An_upload_that_the_hub_has_forgotten_is_offered_again_in_the_same_round()
    {
        TestHub hub = await HubAsync();
        TestDevice writer = Device("writer", hub, out UnsteadyTransport way);
        BlobRef file = await writer.PublishAsync("slides", Content.Of(200_000));
        int forgotten = 0;
        way.BeforeChunk = (_, _) => Interlocked.Increment(ref forgotten) == 1
            ? throw new SyncException(SyncErrorCode.TransferVoid, "Offered too long ago.")
            : Task.CompletedTask;

        (await writer.SyncAsync()).ThrowIfFailed();

        Assert.NotNull(await hub.HeldAsync(file.Id));
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
}
