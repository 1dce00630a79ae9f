using Ordo.Sync.Errors;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Blobs.Tests.Storage;

/// <summary>When a blob counts as held.</summary>
public sealed class HeldBlobTests : FileSystemStoreWorld
{
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
    public async Task A_damaged_manifest_makes_its_blob_one_that_is_not_held()
    {
        await using FileSystemBlobStore store = await OpenAsync();
        byte[] content = Content.Of(1000);
        BlobManifest manifest = await ImportAsync(store, content);
        TestFolder.FlipBit(TestFolder.FileOf(Folder.Root, "manifests", manifest.Id));

        Assert.Null(await store.GetManifestAsync(manifest.Id));
        await ImportAsync(store, content);
        Assert.NotNull(await store.GetManifestAsync(manifest.Id));
    }

    [Fact]
    public async Task A_manifest_under_the_name_of_another_blob_does_not_count()
    {
        await using FileSystemBlobStore store = await OpenAsync();
        BlobManifest manifest = await ImportAsync(store, Content.Of(1000));
        BlobId other = BlobId.Of("another"u8);
        File.Copy(
            TestFolder.FileOf(Folder.Root, "manifests", manifest.Id), TestFolder.FileOf(Folder.Root, "manifests", other));

        Assert.Null(await store.GetManifestAsync(other));
        Assert.NotNull(await store.GetManifestAsync(manifest.Id));
    }
}
