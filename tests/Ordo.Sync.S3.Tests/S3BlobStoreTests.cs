using Amazon.Runtime;
using Amazon.S3;
using Ordo.Sync.Errors;
using Ordo.Sync.S3.Tests.Server;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.S3.Tests;

public sealed class S3BlobStoreTests
{
    private static readonly S3StoreFactory Factory = new();

    [Fact]
    public async Task A_bucket_that_does_not_exist_is_named()
    {
        await using var store = new S3BlobStore(
            await S3StoreFactory.NewClientAsync(), new S3BlobOptions { Bucket = "nowhere-to-be-found" });

        SyncException gone = await Assert.ThrowsAsync<SyncException>(async () => await store.OpenAsync());

        Assert.Equal(SyncErrorCode.StoreUnavailable, gone.Code);
        Assert.Contains("nowhere-to-be-found", gone.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_secret_is_refused_and_reported()
    {
        string bucket = await S3StoreFactory.NewBucketAsync();
        var config = new AmazonS3Config { ServiceURL = (await ObjectServer.Shared).Address.AbsoluteUri, ForcePathStyle = true };
        await using var store = new S3BlobStore(
            new AmazonS3Client(new BasicAWSCredentials(ObjectServer.Key, "wrong"), config), new S3BlobOptions { Bucket = bucket });

        SyncException refused = await Assert.ThrowsAsync<SyncException>(async () => await store.OpenAsync());

        Assert.Equal(SyncErrorCode.StoreUnavailable, refused.Code);
        Assert.False(refused.IsTransient);
    }

    [Fact]
    public async Task A_service_that_is_away_is_worth_another_try()
    {
        var config = new AmazonS3Config { ServiceURL = "http://127.0.0.1:9", ForcePathStyle = true, MaxErrorRetry = 0 };
        await using var store = new S3BlobStore(
            new AmazonS3Client(new BasicAWSCredentials("key", "secret"), config), new S3BlobOptions { Bucket = "files" });

        SyncException away = await Assert.ThrowsAsync<SyncException>(async () => await store.OpenAsync());

        Assert.Equal(SyncErrorCode.StoreBusy, away.Code);
        Assert.True(away.IsTransient);
    }

    [Fact]
    public async Task A_form_of_a_newer_version_is_refused()
    {
        await using IBlobStore first = await OpenAsync();
        string format = (await S3StoreFactory.FilesOfAsync(first, "format")).Single();
        await File.WriteAllTextAsync(format, "ordo-blobs 2");
        await using IBlobStore second = await Factory.ReopenAsync(first);

        SyncException refused = await Assert.ThrowsAsync<SyncException>(async () => await second.OpenAsync());

        Assert.Equal(SyncErrorCode.StoreTooNew, refused.Code);
    }

    [Fact]
    public async Task Quotas_of_bytes_and_of_blobs_refuse_what_is_too_much()
    {
        string bucket = await S3StoreFactory.NewBucketAsync();
        await using var store = new S3BlobStore(
            await S3StoreFactory.NewClientAsync(), new S3BlobOptions { Bucket = bucket, BytesMax = 1500, CountMax = 1 });
        await store.OpenAsync();
        BlobChunk chunk = await store.PutChunkAsync(new byte[1000]);
        await store.PutManifestAsync(new BlobManifest(new BlobId(chunk.Hash), [chunk]));

        SyncException bytes = await Assert.ThrowsAsync<SyncException>(async () => await store.PutChunkAsync(new byte[1001]));
        SyncException blobs = await Assert.ThrowsAsync<SyncException>(
            async () => await store.PutManifestAsync(new BlobManifest(BlobId.Of("other"u8), [chunk])));
        await store.PutChunkAsync(new byte[1000]);

        Assert.Equal((SyncErrorCode.QuotaExceeded, SyncErrorCode.QuotaExceeded), (bytes.Code, blobs.Code));
        Assert.Equal(new BlobUsage(1, 1, 1000), store.Usage);
    }

    [Fact]
    public async Task A_damaged_manifest_makes_its_blob_one_that_is_not_held()
    {
        await using IBlobStore store = await OpenAsync();
        BlobManifest manifest = await new BlobImporter(store).ImportAsync(new MemoryStream(new byte[1000]));
        string file = (await S3StoreFactory.FilesOfAsync(store, "manifests/")).Single();
        await File.WriteAllBytesAsync(file, new byte[100]);

        Assert.Null(await store.GetManifestAsync(manifest.Id));
        await store.PutManifestAsync(manifest);

        Assert.Equal(manifest.Chunks, (await store.GetManifestAsync(manifest.Id))!.Chunks);
        Assert.Equal(1, store.Usage.BlobCount);
    }

    [Fact]
    public async Task Nobody_relies_on_a_chunk_that_a_sweep_is_about_to_remove()
    {
        await using IBlobStore store = await OpenAsync();
        BlobChunk chunk = await store.PutChunkAsync(new byte[1000]);
        var manifest = new BlobManifest(new BlobId(chunk.Hash), [chunk]);
        await SayAsync(store, "sweeps/0123", chunk);

        SyncException missing = await Assert.ThrowsAsync<SyncException>(async () => await store.PutManifestAsync(manifest));
        await Factory.AgeAsync(store, TimeSpan.FromDays(2));
        await store.PutManifestAsync(manifest);

        Assert.Equal(SyncErrorCode.BlobMissing, missing.Code);
    }

    [Fact]
    public async Task A_sweep_spares_what_somebody_is_about_to_keep_and_clears_up_after_those_who_died()
    {
        await using IBlobStore store = await OpenAsync();
        BlobChunk chunk = await store.PutChunkAsync(new byte[1000]);
        await Factory.AgeAsync(store, TimeSpan.FromDays(10));
        await SayAsync(store, "intents/0123", chunk);

        Assert.Equal(default, await store.SweepAsync(TimeSpan.FromDays(7)));
        Assert.True(await store.TryReadChunkAsync(chunk, new byte[1000]));
        await Factory.AgeAsync(store, TimeSpan.FromDays(10));
        Assert.Equal(new BlobSweep(1, 1000), await store.SweepAsync(TimeSpan.FromDays(7)));

        Assert.Empty(await S3StoreFactory.FilesOfAsync(store, "intents/"));
        Assert.Empty(await S3StoreFactory.FilesOfAsync(store, "sweeps/"));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("files", "/campus")]
    [InlineData("files", "campüs/")]
    public void Options_that_cannot_be_are_refused(string bucket, string prefix) => Assert.Throws<ArgumentException>(
        () => new S3BlobOptions { Bucket = bucket, Prefix = prefix }.Validate());

    [Fact]
    public void A_key_without_its_secret_is_refused() => Assert.Throws<ArgumentException>(
        () => new S3BlobOptions { Bucket = "files", AccessKey = "key" }.Validate());

    private static async Task<IBlobStore> OpenAsync()
    {
        IBlobStore store = await Factory.CreateAsync();
        await store.OpenAsync();
        return store;
    }

    // What another process has said and not taken back: an intent is a manifest, a sweep a list of hashes.
    private static async Task SayAsync(IBlobStore store, string name, BlobChunk chunk)
    {
        var hash = new byte[ContentHash.SizeBytes];
        chunk.Hash.Write(hash);
        byte[] content = name.StartsWith("intents/", StringComparison.Ordinal)
            ? BlobManifestCodec.Encode(new BlobManifest(new BlobId(chunk.Hash), [chunk]))
            : hash;
        using AmazonS3Client client = await S3StoreFactory.NewClientAsync();
        string[] parts = store.Name.Split('/', 2);
        await client.PutObjectAsync(new Amazon.S3.Model.PutObjectRequest
        {
            BucketName = parts[0],
            Key = parts[1] + name,
            InputStream = new MemoryStream(content),
            UseChunkEncoding = false,
        });
    }
}
