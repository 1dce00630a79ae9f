using System.IO.Pipelines;
using Ordo.Sync.Errors;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Blobs.Tests.Storage;

/// <summary>What comes in comes back, or is refused.</summary>
public sealed class StoredContentTests : FileSystemStoreWorld
{
    [Fact]
    public async Task Content_comes_back_as_it_went_in_also_after_a_restart()
    {
        byte[] content = Content.Of(5_000_000);
        BlobManifest manifest;
        await using (FileSystemBlobStore store = await OpenAsync())
        {
            manifest = await ImportAsync(store, content);
        }

        await using FileSystemBlobStore again = await OpenAsync();
        BlobManifest? read = await again.GetManifestAsync(BlobId.Of(content));

        Assert.Equal(manifest.Chunks, read!.Chunks);
        Assert.Equal(content, await ReadAsync(again, read));
        Assert.Equal(new BlobUsage(1, manifest.Chunks.Length, content.Length), again.Usage);
    }

    [Fact]
    public async Task An_empty_file_is_a_blob()
    {
        await using FileSystemBlobStore store = await OpenAsync();

        BlobManifest manifest = await ImportAsync(store, []);

        Assert.Equal(BlobId.Of([]), manifest.Id);
        Assert.NotNull(await store.GetManifestAsync(manifest.Id));
    }

    [Fact]
    public async Task Equal_content_is_kept_once_and_edited_content_shares_most_chunks()
    {
        byte[] content = Content.Of(8_000_000);
        byte[] edited = [.. content.AsSpan(0, 4_000_000), .. "a line"u8, .. content.AsSpan(4_000_000)];
        await using FileSystemBlobStore store = await OpenAsync();

        await ImportAsync(store, content);
        await ImportAsync(store, content);
        long once = store.Usage.ChunkBytes;
        await ImportAsync(store, edited);

        Assert.Equal(content.Length, once);
        Assert.InRange(store.Usage.ChunkBytes - once, 1, 3 * BlobLimits.ChunkBytesMax);
    }

    [Fact]
    public async Task A_flipped_bit_is_found_on_read_and_the_chunk_counts_as_missing_until_it_is_put_again()
    {
        await using FileSystemBlobStore store = await OpenAsync();
        byte[] content = Content.Of(100_000);
        BlobChunk chunk = await store.PutChunkAsync(content);
        TestFolder.FlipBit(TestFolder.FileOf(Folder.Root, "chunks", chunk.Hash));

        Assert.False(await store.TryReadChunkAsync(chunk, new byte[content.Length]));
        Assert.False(await store.HasChunkAsync(chunk));
        Assert.Single(Directory.GetFiles(Folder.Sub("quarantine")));
        Assert.Equal(0, store.Usage.ChunkBytes);

        await store.PutChunkAsync(content);
        Assert.True(await store.TryReadChunkAsync(chunk, new byte[content.Length]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Content_is_not_thrown_away_for_a_copy_that_has_rotted(bool isStreamed)
    {
        await using FileSystemBlobStore store = await OpenAsync();
        byte[] content = Content.Of(100_000);
        BlobChunk chunk = await store.PutChunkAsync(content);
        TestFolder.FlipBit(TestFolder.FileOf(Folder.Root, "chunks", chunk.Hash));

        if (isStreamed)
        {
            await store.PutChunkAsync(new MemoryStream(content), chunk);
        }
        else
        {
            await store.PutChunkAsync(content, chunk);
        }

        Assert.True(await store.TryReadChunkAsync(chunk, new byte[content.Length]));
    }

    [Theory]
    [InlineData(99_999)]
    [InlineData(100_000)]
    [InlineData(100_001)]
    public async Task Content_that_is_not_what_its_hash_says_is_refused_and_leaves_nothing(int length)
    {
        await using FileSystemBlobStore store = await OpenAsync();
        var chunk = new BlobChunk(ContentHash.Of(Content.Of(100_000)), 100_000);
        byte[] forged = Content.Of(length, seed: 2);

        SyncException streamed = await Assert.ThrowsAsync<SyncException>(
            async () => await store.PutChunkAsync(new MemoryStream(forged), chunk));
        SyncException whole = await Assert.ThrowsAsync<SyncException>(async () => await store.PutChunkAsync(forged, chunk));

        Assert.Equal((SyncErrorCode.BlobDamaged, SyncErrorCode.BlobDamaged), (streamed.Code, whole.Code));
        Assert.Empty(TestFolder.ChunkFiles(Folder.Root));
        Assert.Empty(Directory.GetFiles(Folder.Sub("temp")));
        Assert.Equal(default, store.Usage);
    }

    [Fact]
    public async Task An_endless_stream_is_read_no_further_than_its_chunk()
    {
        await using FileSystemBlobStore store = await OpenAsync();
        using var endless = new EndlessStream();

        await Assert.ThrowsAsync<SyncException>(
            async () => await store.PutChunkAsync(endless, new BlobChunk(ContentHash.Of("x"u8), 10_000)));

        Assert.InRange(endless.BytesRead, 1, 10_001);
    }

    [Fact]
    public async Task Content_beyond_the_allowed_length_is_refused()
    {
        await using FileSystemBlobStore store = await OpenAsync();

        SyncException refused = await Assert.ThrowsAsync<SyncException>(async () => await new BlobImporter(store)
            .ImportAsync(new MemoryStream(Content.Of(1001)), bytesMax: 1000));

        Assert.Equal(SyncErrorCode.TooLarge, refused.Code);
    }

    [Fact]
    public async Task Of_what_was_found_damaged_the_newest_is_kept_for_a_look()
    {
        await using FileSystemBlobStore store = await OpenAsync();
        for (int i = 0; i < 70; i++)
        {
            BlobChunk chunk = await store.PutChunkAsync(Content.Of(100, i));
            TestFolder.FlipBit(TestFolder.FileOf(Folder.Root, "chunks", chunk.Hash));
            Assert.False(await store.TryReadChunkAsync(chunk, new byte[100]));
        }

        Assert.Equal(64, Directory.GetFiles(Folder.Sub("quarantine")).Length);
    }

    [Fact]
    public async Task A_chunk_has_no_name_before_it_is_whole()
    {
        await using FileSystemBlobStore store = await OpenAsync();
        byte[] content = Content.Of(100_000);
        var chunk = new BlobChunk(ContentHash.Of(content), content.Length);
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(content.AsMemory(0, 50_000));
        Task coming = store.PutChunkAsync(pipe.Reader.AsStream(), chunk).AsTask();

        Assert.Single(Directory.GetFiles(Folder.Sub("temp")));
        Assert.Empty(TestFolder.ChunkFiles(Folder.Root));
        await pipe.Writer.WriteAsync(content.AsMemory(50_000));
        await pipe.Writer.CompleteAsync();
        await coming;

        Assert.Empty(Directory.GetFiles(Folder.Sub("temp")));
        Assert.True(await store.TryReadChunkAsync(chunk, new byte[content.Length]));
    }
}
