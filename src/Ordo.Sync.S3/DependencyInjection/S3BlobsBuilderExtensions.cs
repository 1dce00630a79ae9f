using Amazon.Runtime;
using Amazon.S3;
using Ordo.Sync.Causality;
using Ordo.Sync.S3;
using Ordo.Sync.Storage.Blobs;

#pragma warning disable IDE0130 // Registration methods stand where every host looks for them.
namespace Microsoft.Extensions.DependencyInjection;
#pragma warning restore IDE0130

/// <summary>Keeps a hub's blobs in object storage.</summary>
public static class S3BlobsBuilderExtensions
{
    /// <summary>Keeps blobs in a bucket of S3-compatible object storage, which any number of instances may share.</summary>
    /// <typeparam name="TBuilder">The builder of a hub.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="bucket">The bucket, which must exist.</param>
    /// <param name="configure">Says where the service is, and how to sign in.</param>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    public static TBuilder UseS3Blobs<TBuilder>(
        this TBuilder builder, string bucket, Action<S3BlobOptions>? configure = null)
        where TBuilder : IBlobStoreBuilder
    {
        ArgumentException.ThrowIfNullOrEmpty(bucket);
        var options = new S3BlobOptions { Bucket = bucket };
        configure?.Invoke(options);
        options.Validate();
        builder.SetBlobStore(provider => new S3BlobStore(
            NewClient(options), options, provider.GetService<TimeProvider>(), provider.GetService<EntropySource>()));
        return builder;
    }

    private static AmazonS3Client NewClient(S3BlobOptions options)
    {
        var config = new AmazonS3Config
        {
            AuthenticationRegion = options.Region,
            ForcePathStyle = options.UsesPathStyle,
            Timeout = options.RequestTimeout,
            MaxErrorRetry = options.RetriesMax,

            // Chunks are called by their own hash, and checked by it: a second checksum is not worth it, and not all services know it.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (options.ServiceAddress is { } address)
        {
            config.ServiceURL = address.AbsoluteUri;
            config.UseHttp = address.Scheme == Uri.UriSchemeHttp;
        }
        else
        {
            config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(options.Region);
        }

        return options.AccessKey is { } key
            ? new AmazonS3Client(new BasicAWSCredentials(key, options.SecretKey), config)
            : new AmazonS3Client(config);
    }
}
