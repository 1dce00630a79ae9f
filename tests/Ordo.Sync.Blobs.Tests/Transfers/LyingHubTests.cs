using Microsoft.Extensions.DependencyInjection;
using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Blobs;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Blobs.Tests.Transfers;

/// <summary>A hub that does not say what is so: a device keeps nothing of it and does not run for ever.</summary>
public sealed class LyingHubTests : TransferWorld
{
    [Fact]
    public async Task Chunks_that_make_up_other_content_than_the_blob_are_not_taken_for_it()
    {
        (TestDevice reader, UnsteadyTransport way, BlobRef file) = await ReaderAsync();
        way.ForgeManifest = manifest => new BlobManifest(manifest.Id, manifest.Chunks[..^1]);

        SyncException found = await Assert.ThrowsAsync<SyncException>(async () => await reader.Blobs.DownloadAsync(file.Id));

        Assert.Equal(SyncErrorCode.BlobDamaged, found.Code);
        Assert.False((await reader.Blobs.GetStatusAsync(file.Id)).IsHeld);
    }

    [Fact]
    public async Task A_manifest_of_another_blob_is_refused()
    {
        (TestDevice reader, UnsteadyTransport way, BlobRef file) = await ReaderAsync();
        way.ForgeManifest = manifest => new BlobManifest(BlobId.Of("x"u8), manifest.Chunks);

        SyncException found = await Assert.ThrowsAsync<SyncException>(async () => await reader.Blobs.DownloadAsync(file.Id));

        Assert.Equal(SyncErrorCode.Malformed, found.Code);
        Assert.Empty(way.Received);
    }

    [Fact]
    public async Task A_blob_longer_than_allowed_is_not_begun()
    {
        (TestDevice reader, UnsteadyTransport way, BlobRef file) = await ReaderAsync(blobBytesMax: 10_000);

        SyncException found = await Assert.ThrowsAsync<SyncException>(async () => await reader.Blobs.DownloadAsync(file.Id));

        Assert.Equal(SyncErrorCode.TooLarge, found.Code);
        Assert.Empty(way.Received);
    }

    [Fact]
    public async Task A_chunk_that_comes_damaged_again_and_again_is_given_up_and_not_kept()
    {
        (TestDevice reader, UnsteadyTransport way, BlobRef file) = await ReaderAsync();
        way.Damage(int.MaxValue);

        SyncException found = await Assert.ThrowsAsync<SyncException>(async () => await reader.Blobs.DownloadAsync(file.Id));

        Assert.Equal(SyncErrorCode.BlobDamaged, found.Code);
        Assert.Empty(TestFolder.ChunkFiles(Folder.Sub("reader")));
        Assert.InRange(way.Received.Count, 1, 3 * (InFlightMax + 1));
    }

    [Theory]
    [InlineData(1_000_000, SyncErrorCode.Malformed)]
    [InlineData(0, SyncErrorCode.TransferVoid)]
    public async Task A_hub_that_asks_for_what_there_is_not_or_for_the_same_for_ever_is_given_up(int index, SyncErrorCode expected)
    {
        TestHub hub = await HubAsync();
        TestDevice writer = Device("writer", hub, out UnsteadyTransport way);
        await writer.PublishAsync("slides", Content.Of(100_000));
        way.ForgeAnswer = _ => new BlobOfferAnswer([index]);

        await writer.SyncAsync();

        Assert.Equal(expected, Assert.Single(await writer.Blobs.GetTransfersAsync()).ErrorCode);
        Assert.InRange(way.Sent.Count, 0, 5);
    }

    private async Task<(TestDevice Reader, UnsteadyTransport Way, BlobRef File)> ReaderAsync(long blobBytesMax = 1_000_000)
    {
        (TestHub hub, BlobRef file, _) = await PublishedAsync(100_000);
        TestDevice reader = Device("reader", hub, out UnsteadyTransport way, sync => sync.ConfigureBlobs(options =>
            options.BlobBytesMax = blobBytesMax));
        (await reader.Engine.SyncAsync()).ThrowIfFailed();
        return (reader, way, file);
    }
}
