using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Ordo.Sync.Storage.Blobs;
using Ordo.Sync.Testing.Blobs;

namespace Ordo.Sync.S3.Tests.Server;

/// <summary>
/// Stores in buckets of their own at a service of your choice: <c>ORDO_TEST_S3</c> is its address, <c>ORDO_TEST_S3_KEY</c> and
/// <c>ORDO_TEST_S3_SECRET</c> the key, which has to make and delete buckets. Nobody can make a service's objects older than they are:
/// checks that need that are skipped.
/// </summary>
internal sealed class ServiceStoreFactory(Uri address, string key, string secret) : IBlobStoreFactory
{
    private readonly HashSet<string> _buckets = [];

    public bool CanShare => true;

    /// <summary>The service that the environment names; <see langword="null"/> where it names none.</summary>
    public static ServiceStoreFactory? FromEnvironment() => Environment.GetEnvironmentVariable("ORDO_TEST_S3") is { Length: > 0 } address
        ? new ServiceStoreFactory(new Uri(address), Setting("ORDO_TEST_S3_KEY"), Setting("ORDO_TEST_S3_SECRET"))
        : null;

    public async ValueTask<IBlobStore> CreateAsync(CancellationToken cancellationToken = default)
    {
        string bucket = $"ordo-test-{Guid.NewGuid():n}";
        using AmazonS3Client client = NewClient();
        await client.PutBucketAsync(bucket, cancellationToken);
        lock (_buckets)
        {
            _buckets.Add(bucket);
        }

        return NewStore(bucket);
    }

    public ValueTask<IBlobStore> ReopenAsync(IBlobStore other, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IBlobStore>(NewStore(BucketOf(other)));

    public async ValueTask DamageAsync(IBlobStore store, ContentHash chunk)
    {
        using AmazonS3Client client = NewClient();
        var content = new MemoryStream();
        string name = $"chunks/{chunk}";
        using (GetObjectResponse found = await client.GetObjectAsync(BucketOf(store), name))
        {
            await found.ResponseStream.CopyToAsync(content);
        }

        content.GetBuffer()[content.Length / 2] ^= 0x10;
        content.Position = 0;
        await client.PutObjectAsync(new PutObjectRequest { BucketName = BucketOf(store), Key = name, InputStream = content });
    }

    public ValueTask AgeAsync(IBlobStore store, TimeSpan by)
    {
        Assert.Skip("The service dates its objects itself.");
        return default;
    }

    public async ValueTask DeleteAsync(IBlobStore disposed)
    {
        string bucket = BucketOf(disposed);
        lock (_buckets)
        {
            if (!_buckets.Remove(bucket))
            {
                return;
            }
        }

        using AmazonS3Client client = NewClient();
        ListObjectsV2Response left = await client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = bucket });
        foreach (S3Object one in left.S3Objects ?? [])
        {
            await client.DeleteObjectAsync(bucket, one.Key);
        }

        await client.DeleteBucketAsync(bucket);
    }

    private static string Setting(string name) => Environment.GetEnvironmentVariable(name)
        ?? throw new InvalidOperationException($"{name} is not set.");

    private static string BucketOf(IBlobStore store) => store.Name.Split('/')[0];

    private S3BlobStore NewStore(string bucket) =>
        new(NewClient(), new S3BlobOptions { Bucket = bucket });

    // As UseS3Blobs makes it.
    private AmazonS3Client NewClient() => new(
        new BasicAWSCredentials(key, secret),
        new AmazonS3Config
        {
            ServiceURL = address.AbsoluteUri,
            ForcePathStyle = true,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        });
}
