using Microsoft.Extensions.DependencyInjection;
using Ordo.Sync.Errors;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Blobs.Tests.Transfers;

/// <summary>Damage on the way and on disks.</summary>
public sealed class HealingTests : TransferWorld
{
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
        TestFolder.FlipBit(TestFolder.ChunkFiles(Folder.Sub("writer"))[3]);

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
        TestFolder.FlipBit(TestFolder.ChunkFiles(Folder.Sub("reader"))[3]);
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
        TestFolder.FlipBit(TestFolder.ChunkFiles(Folder.Sub("hub"))[3]);

        SyncException gone = await Assert.ThrowsAsync<SyncException>(async () => await reader.Blobs.DownloadAsync(file.Id));
        Time.Advance(TimeSpan.FromHours(2));
        (await writer.SyncAsync()).ThrowIfFailed();

        Assert.Equal(SyncErrorCode.BlobMissing, gone.Code);
        Assert.Equal(content, await reader.ReadAsync(file.Id));
    }

    [Fact]
    public async Task A_disk_that_fills_up_gives_a_clear_error_and_the_download_goes_on_when_there_is_room()
    {
        (TestHub hub, BlobRef file, byte[] content) = await PublishedAsync(1_000_000);
        TestDevice reader = Device("reader", hub, out UnsteadyTransport way, sync =>
            sync.UseBlobStore(_ => new FillingStore(Folder.Sub("reader"), Time, chunksUntilFull: 10)));
        await reader.SyncAsync();

        SyncException full = await Assert.ThrowsAsync<SyncException>(async () => await reader.Blobs.DownloadAsync(file.Id));
        await reader.Blobs.DownloadAsync(file.Id);

        Assert.Equal(SyncErrorCode.StoreFull, full.Code);
        Assert.Equal(content, await reader.ReadAsync(file.Id));
        Assert.InRange(way.Received.Count - way.Received.Distinct().Count(), 1, 4);
    }

    [Fact]
    public async Task A_download_that_goes_on_over_chunks_that_a_power_failure_tore_fetches_those_again()
    {
        (TestHub hub, BlobRef file, byte[] content) = await PublishedAsync(1_000_000);
        TestDevice reader = Device("reader", hub, out UnsteadyTransport way);
        await reader.SyncAsync();
        way.CutAfter(20);
        await Assert.ThrowsAsync<SyncException>(async () => await reader.Blobs.DownloadAsync(file.Id));
        foreach (string chunk in TestFolder.ChunkFiles(Folder.Sub("reader"))[..5])
        {
            TestFolder.Tear(chunk);
        }

        way.CutAfter(int.MaxValue);
        way.Received.Clear();
        await reader.Blobs.DownloadAsync(file.Id);

        Assert.Equal(content, await reader.ReadAsync(file.Id));
        int chunks = (await hub.HeldAsync(file.Id))!.Chunks.Length;
        Assert.InRange(way.Received.Count, chunks - 20 + 5, chunks - 20 + 5 + InFlightMax);
    }
}
