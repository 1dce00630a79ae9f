using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Errors;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Blobs.Tests.Storage;

public sealed class FileSystemBlobStoreTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));

    public void Dispose() => _folder.Dispose();

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
        TestFolder.FlipBit(TestFolder.FileOf(_folder.Root, "chunks", chunk.Hash));

        Assert.False(await store.TryReadChunkAsync(chunk, new byte[content.Length]));
        Assert.False(await store.HasChunkAsync(chunk));
        Assert.Single(Directory.GetFiles(_folder.Sub("quarantine")));
        Assert.Equal(0, store.Usage.ChunkBytes);

        await store.PutChunkAsync(content);
        Assert.True(await store.TryReadChunkAsync(chunk, new byte[content.Length]));
    }

    [Fact]
    public async Task Content_is_not_thrown_away_for_a_copy_that_has_rotted()
    {
        await using FileSystemBlobStore store = await OpenAsync();
        byte[] content = Content.Of(100_000);
        BlobChunk chunk = await store.PutChunkAsync(content);
        TestFolder.FlipBit(TestFolder.FileOf(_folder.Root, "chunks", chunk.Hash));

        await store.PutChunkAsync(new MemoryStream(content), chunk);

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
        Assert.Empty(TestFolder.ChunkFiles(_folder.Root));
        Assert.Empty(Directory.GetFiles(_folder.Sub("temp")));
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
    public async Task A_quota_of_bytes_refuses_and_has_room_again_when_a_blob_has_gone()
    {
        await using FileSystemBlobStore store = await OpenAsync(options => options.BytesMax = 1_500_000);
        BlobManifest first = await ImportAsync(store, Content.Of(1_000_000));

        SyncException full = await Assert.ThrowsAsync<SyncException>(() => ImportAsync(store, Content.Of(1_000_000, 2)));
        Assert.Equal(SyncErrorCode.QuotaExceeded, full.Code);
        _time.Advance(TimeSpan.FromDays(8));
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
        Assert.Empty(TestFolder.ChunkFiles(_folder.Root));
    }

    [Fact]
    public async Task A_blob_whose_chunk_is_missing_cannot_become_whole()
    {
        await using FileSystemBlobStore store = await OpenAsync();
        var manifest = new BlobManifest(BlobId.Of("x"u8), [new BlobChunk(ContentHash.Of("x"u8), 1)]);

        SyncException missing = await Assert.ThrowsAsync<SyncException>(async () => await store.PutManifestAsync(manifest));

        Assert.Equal(SyncErrorCode.BlobMissing, missing.Code);
        Assert.Null(await store.GetManifestAsync(manifest.Id));
    }

    [Fact]
    public async Task A_forged_manifest_is_found_by_the_hash_of_the_whole()
    {
        await using FileSystemBlobStore store = await OpenAsync();
        BlobChunk chunk = await store.PutChunkAsync(Content.Of(1000));
        var forged = new BlobManifest(BlobId.Of("something else"u8), [chunk]);

        SyncException found = await Assert.ThrowsAsync<SyncException>(async () => await BlobVerifier.VerifyAsync(store, forged));

        Assert.Equal(SyncErrorCode.BlobDamaged, found.Code);
    }

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
        Assert.Empty(TestFolder.ChunkFiles(_folder.Root));
        Assert.Equal(default, store.Usage);
    }

    [Fact]
    public async Task A_sweep_takes_what_an_import_left_when_it_is_old_and_nothing_else()
    {
        await using FileSystemBlobStore store = await OpenAsync();
        BlobManifest kept = await ImportAsync(store, Content.Of(1_000_000));
        BlobChunk left = await store.PutChunkAsync(Content.Of(1000, 2));

        _time.Advance(TimeSpan.FromDays(6));
        Assert.Equal(0, (await store.SweepAsync(TimeSpan.FromDays(7))).ChunkCount);
        Assert.True(await store.HasChunkAsync(left));
        _time.Advance(TimeSpan.FromDays(6));
        Assert.Equal(0, (await store.SweepAsync(TimeSpan.FromDays(7))).ChunkCount);
        _time.Advance(TimeSpan.FromDays(2));

        Assert.Equal(new BlobSweep(1, 1000), await store.SweepAsync(TimeSpan.FromDays(7)));
        Assert.Equal(1_000_000, (await ReadAsync(store, kept)).Length);
    }

    [Fact]
    public async Task A_damaged_manifest_makes_its_blob_one_that_is_not_held()
    {
        await using FileSystemBlobStore store = await OpenAsync();
        byte[] content = Content.Of(1000);
        BlobManifest manifest = await ImportAsync(store, content);
        TestFolder.FlipBit(TestFolder.FileOf(_folder.Root, "manifests", manifest.Id));

        Assert.Null(await store.GetManifestAsync(manifest.Id));
        await ImportAsync(store, content);
        Assert.NotNull(await store.GetManifestAsync(manifest.Id));
    }

    [Fact]
    public async Task A_folder_is_held_by_one_store_at_a_time()
    {
        await using FileSystemBlobStore store = await OpenAsync();
        await using var second = new FileSystemBlobStore(new FileSystemBlobOptions { Path = _folder.Root });

        SyncException locked = await Assert.ThrowsAsync<SyncException>(async () => await second.OpenAsync());

        Assert.Equal(SyncErrorCode.StoreLocked, locked.Code);
    }

    [Fact]
    public async Task What_a_crash_left_half_written_is_gone_after_opening()
    {
        await using (await OpenAsync())
        {
            await File.WriteAllBytesAsync(Path.Combine(_folder.Sub("temp"), "7"), Content.Of(1000));
        }

        await using FileSystemBlobStore store = await OpenAsync();

        Assert.Empty(Directory.GetFiles(_folder.Sub("temp")));
    }

    [Fact]
    public async Task Content_beyond_the_allowed_length_is_refused()
    {
        await using FileSystemBlobStore store = await OpenAsync();

        SyncException refused = await Assert.ThrowsAsync<SyncException>(async () => await new BlobImporter(store)
            .ImportAsync(new MemoryStream(Content.Of(1001)), bytesMax: 1000));

        Assert.Equal(SyncErrorCode.TooLarge, refused.Code);
    }

    private static async Task<BlobManifest> ImportAsync(FileSystemBlobStore store, byte[] content) =>
        await new BlobImporter(store).ImportAsync(new MemoryStream(content));

    private static async Task<byte[]> ReadAsync(FileSystemBlobStore store, BlobManifest manifest)
    {
        var content = new byte[manifest.Length];
        for (int i = 0; i < manifest.Chunks.Length; i++)
        {
            Assert.True(await store.TryReadChunkAsync(manifest.Chunks[i], content.AsMemory((int)manifest.OffsetOf(i))));
        }

        return content;
    }

    private async Task<FileSystemBlobStore> OpenAsync(Action<FileSystemBlobOptions>? configure = null)
    {
        var options = new FileSystemBlobOptions { Path = _folder.Root };
        configure?.Invoke(options);
        var store = new FileSystemBlobStore(options, _time);
        await store.OpenAsync();
        return store;
    }
}
