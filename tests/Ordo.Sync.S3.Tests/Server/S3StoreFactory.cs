using Amazon.Runtime;
using Amazon.S3;
using Ordo.Sync.Storage.Blobs;
using Ordo.Sync.Testing.Blobs;

namespace Ordo.Sync.S3.Tests.Server;

/// <summary>Stores in buckets of their own at the shared server.</summary>
internal sealed class S3StoreFactory : IBlobStoreFactory
{
    private const string Prefix = "campus/";

    private static int _count;

    public bool CanShare => true;

    public static async Task<AmazonS3Client> NewClientAsync(Action<AmazonS3Config>? configure = null)
    {
        var config = new AmazonS3Config
        {
            ServiceURL = (await ObjectServer.Shared).Address.AbsoluteUri,
            ForcePathStyle = true,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        configure?.Invoke(config);
        return new AmazonS3Client(new BasicAWSCredentials(ObjectServer.Key, ObjectServer.Key), config);
    }

    /// <summary>Makes a bucket of its own.</summary>
    public static async Task<string> NewBucketAsync()
    {
        string bucket = $"bucket-{Interlocked.Increment(ref _count)}";
        using AmazonS3Client client = await NewClientAsync();
        await client.PutBucketAsync(bucket);
        return bucket;
    }

    /// <summary>The bucket of a store, and the server's files of its objects whose names begin so.</summary>
    public static async Task<IEnumerable<string>> FilesOfAsync(IBlobStore store, string start = "") =>
        (await ObjectServer.Shared).FilesOf(BucketOf(store), Prefix + start);

    public async ValueTask<IBlobStore> CreateAsync(CancellationToken cancellationToken = default) =>
        await NewStoreAsync(await NewBucketAsync());

    public async ValueTask<IBlobStore> ReopenAsync(IBlobStore other, CancellationToken cancellationToken = default) =>
        await NewStoreAsync(BucketOf(other));

    public async ValueTask DamageAsync(IBlobStore store, ContentHash chunk)
    {
        string file = (await FilesOfAsync(store, $"chunks/{chunk}")).Single();
        byte[] bytes = await File.ReadAllBytesAsync(file);
        bytes[bytes.Length / 2] ^= 0x10;
        await File.WriteAllBytesAsync(file, bytes);
    }

    public async ValueTask AgeAsync(IBlobStore store, TimeSpan by)
    {
        foreach (string file in await FilesOfAsync(store))
        {
            File.SetLastWriteTimeUtc(file, File.GetLastWriteTimeUtc(file) - by);
        }
    }

    public async ValueTask DeleteAsync(IBlobStore disposed)
    {
        string folder = (await ObjectServer.Shared).FolderOf(BucketOf(disposed));
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<S3BlobStore> NewStoreAsync(string bucket) =>
        new(await NewClientAsync(), new S3BlobOptions { Bucket = bucket, Prefix = Prefix });

    private static string BucketOf(IBlobStore store) => store.Name.Split('/')[0];
}
