using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Blobs.Tests.Storage;

/// <summary>What goes, and when.</summary>
public sealed class SweepTests : FileSystemStoreWorld
{
    [Fact]
    public async Task A_chunk_leaves_with_the_last_blob_that_is_made_of_it()
    {
        byte[] content = Content.Of(3_000_000);
        await using FileSystemBlobStore store = await OpenAsync();
        BlobManifest whole = await ImportAsync(store, content);
        BlobManifest longer = await ImportAsync(store, [.. content, .. Content.Of(2_000_000, 2)]);

        await store.RemoveManifestAsync(longer.Id, removesChunks: true);
        Assert.Equal(content, await ReadAsync(store, whole));

        await store.RemoveManifestAsync(whole.Id, removesChunks: true);
        Assert.Empty(TestFolder.ChunkFiles(Folder.Root));
        Assert.Equal(default, store.Usage);
    }

    [Fact]
    public async Task A_sweep_takes_what_an_import_left_when_it_is_old_and_nothing_else()
    {
        await using FileSystemBlobStore store = await OpenAsync();
        BlobManifest kept = await ImportAsync(store, Content.Of(1_000_000));
        BlobChunk left = await store.PutChunkAsync(Content.Of(1000, 2));

        Time.Advance(TimeSpan.FromDays(6));
        Assert.Equal(0, (await store.SweepAsync(TimeSpan.FromDays(7))).ChunkCount);
        Assert.True(await store.HasChunkAsync(left));
        Time.Advance(TimeSpan.FromDays(6));
        Assert.Equal(0, (await store.SweepAsync(TimeSpan.FromDays(7))).ChunkCount);
        Time.Advance(TimeSpan.FromDays(2));

        Assert.Equal(new BlobSweep(1, 1000), await store.SweepAsync(TimeSpan.FromDays(7)));
        Assert.Equal(1_000_000, (await ReadAsync(store, kept)).Length);
    }
}
