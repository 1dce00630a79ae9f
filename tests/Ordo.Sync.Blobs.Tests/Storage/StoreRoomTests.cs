using Ordo.Sync.Errors;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Blobs.Tests.Storage;

/// <summary>How much a store takes.</summary>
public sealed class StoreRoomTests : FileSystemStoreWorld
{
    [Fact]
    public async Task A_quota_of_bytes_refuses_and_has_room_again_when_a_blob_has_gone()
    {
        await using FileSystemBlobStore store = await OpenAsync(options => options.BytesMax = 1_500_000);
        BlobManifest first = await ImportAsync(store, Content.Of(1_000_000));

        SyncException full = await Assert.ThrowsAsync<SyncException>(() => ImportAsync(store, Content.Of(1_000_000, 2)));
        Assert.Equal(SyncErrorCode.QuotaExceeded, full.Code);
        Time.Advance(TimeSpan.FromDays(8));
        await store.RemoveManifestAsync(first.Id, removesChunks: true);
        await store.SweepAsync(TimeSpan.FromDays(7));

        await ImportAsync(store, Content.Of(1_000_000, 2));
    }

    [Fact]
    public async Task A_quota_of_blobs_refuses_one_more()
    {
        await using FileSystemBlobStore store = await OpenAsync(options => options.CountMax = 1);
        await ImportAsync(store, Content.Of(10));

        SyncException full = await Assert.ThrowsAsync<SyncException>(() => ImportAsync(store, Content.Of(10, 2)));

        Assert.Equal(SyncErrorCode.QuotaExceeded, full.Code);
    }

    [Fact]
    public async Task A_disk_with_too_little_room_is_left_to_others()
    {
        await using FileSystemBlobStore store = await OpenAsync(options => options.FreeBytesMin = long.MaxValue / 2);

        SyncException full = await Assert.ThrowsAsync<SyncException>(() => ImportAsync(store, Content.Of(10)));

        Assert.Equal(SyncErrorCode.StoreFull, full.Code);
        Assert.True(full.IsTransient);
        Assert.Empty(TestFolder.ChunkFiles(Folder.Root));
    }
}
