using System.Net;
using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Ordo.Sync.Errors;

namespace Ordo.Sync.S3.Objects;

/// <summary>
/// The part of a bucket that is a store's: objects by name, every failure as the one exception that callers know, requests bounded.
/// Thread-safe.
/// </summary>
internal sealed class ObjectBucket(IAmazonS3 client, S3BlobOptions options) : IDisposable
{
    private readonly SemaphoreSlim _requests = new(options.RequestsAtOnceMax, options.RequestsAtOnceMax);

    /// <summary>What the store is called in messages.</summary>
    public string Name { get; } = $"{options.Bucket}/{options.Prefix}";

    /// <summary>What is known of an object; <see langword="null"/> where there is none.</summary>
    public ValueTask<ObjectInfo?> FindAsync(string name, CancellationToken cancellationToken) => TryAsync<ObjectInfo?>(
        async token =>
        {
            GetObjectMetadataResponse found = await client.GetObjectMetadataAsync(
                new GetObjectMetadataRequest { BucketName = options.Bucket, Key = KeyOf(name) }, token).ConfigureAwait(false);
            return new ObjectInfo(name, found.ContentLength, DateOf(found.LastModified));
        },
        cancellationToken);

    /// <summary>Reads an object into memory; <see langword="null"/> where there is none.</summary>
    /// <returns>
    /// Its length, or one more than there is room for where it is longer, or where its bytes are not those that the service says.
    /// </returns>
    public ValueTask<int?> ReadAsync(string name, Memory<byte> destination, CancellationToken cancellationToken) => TryAsync<int?>(
        async token =>
        {
            GetObjectResponse found = await client.GetObjectAsync(
                new GetObjectRequest { BucketName = options.Bucket, Key = KeyOf(name) }, token).ConfigureAwait(false);
            return await ReadAsync(found, destination, token).ConfigureAwait(false);
        },
        cancellationToken);

    /// <summary>Reads an object of bounded length; <see langword="null"/> where there is none.</summary>
    /// <returns>Its bytes; none of them where it is longer, or where its bytes are not those that the service says.</returns>
    public async ValueTask<byte[]?> ReadAsync(string name, int bytesMax, CancellationToken cancellationToken)
    {
        if (await FindAsync(name, cancellationToken).ConfigureAwait(false) is not { } info)
        {
            return null;
        }

        if (info.Length > bytesMax)
        {
            return [];
        }

        var bytes = new byte[info.Length];
        int? length = await ReadAsync(name, bytes, cancellationToken).ConfigureAwait(false);
        return length is null ? null : length == bytes.Length ? bytes : [];
    }

    /// <summary>Writes an object, whole or not at all.</summary>
    public async ValueTask WriteAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        await RunAsync(
            async token =>
            {
                using var body = new ReadOnlyMemoryStream(content);
                await client.PutObjectAsync(
                    new PutObjectRequest
                    {
                        BucketName = options.Bucket,
                        Key = KeyOf(name),
                        InputStream = body,
                        AutoCloseStream = false,
                        UseChunkEncoding = false,
                        ContentType = "application/octet-stream",
                    },
                    token).ConfigureAwait(false);
                return true;
            },
            cancellationToken).ConfigureAwait(false);

    /// <summary>Copies an object within the store; onto itself it becomes young. <see langword="false"/> where there is none.</summary>
    public async ValueTask<bool> CopyAsync(string name, string copy, CancellationToken cancellationToken) =>
        await TryAsync<bool?>(
            async token =>
            {
                await client.CopyObjectAsync(
                    new CopyObjectRequest
                    {
                        SourceBucket = options.Bucket,
                        SourceKey = KeyOf(name),
                        DestinationBucket = options.Bucket,
                        DestinationKey = KeyOf(copy),

                        // A copy onto itself is allowed where it changes something, were it to the same.
                        MetadataDirective = S3MetadataDirective.REPLACE,
                        ContentType = "application/octet-stream",
                    },
                    token).ConfigureAwait(false);
                return true;
            },
            cancellationToken).ConfigureAwait(false) is true;

    /// <summary>Deletes an object, if it is there.</summary>
    public async ValueTask DeleteAsync(string name, CancellationToken cancellationToken) => await TryAsync<bool?>(
        async token =>
        {
            await client.DeleteObjectAsync(
                new DeleteObjectRequest { BucketName = options.Bucket, Key = KeyOf(name) }, token).ConfigureAwait(false);
            return true;
        },
        cancellationToken).ConfigureAwait(false);

    /// <summary>The objects whose names begin so, in the order of their names; a page a request.</summary>
    public async IAsyncEnumerable<ObjectInfo> ListAsync(
        string start, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? continuation = null;
        do
        {
            ListObjectsV2Response page = await RunAsync(
                token => client.ListObjectsV2Async(
                    new ListObjectsV2Request
                    {
                        BucketName = options.Bucket,
                        Prefix = KeyOf(start),
                        ContinuationToken = continuation,
                    },
                    token),
                cancellationToken).ConfigureAwait(false);
            foreach (S3Object found in page.S3Objects ?? [])
            {
                yield return new ObjectInfo(found.Key[options.Prefix.Length..], found.Size ?? 0, DateOf(found.LastModified));
            }

            continuation = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (continuation is not null);
    }

    public void Dispose() => _requests.Dispose();

    private static async ValueTask<int> ReadAsync(
        GetObjectResponse found, Memory<byte> destination, CancellationToken cancellationToken)
    {
        try
        {
            using (found)
            {
                if (found.ContentLength > destination.Length)
                {
                    return destination.Length + 1;
                }

                int length = (int)found.ContentLength;
                int count = await found.ResponseStream
                    .ReadAtLeastAsync(destination[..length], length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
                return count == length
                    ? length
                    : throw new IOException($"The connection broke off after {count} of {length} bytes.");
            }
        }
        catch (AmazonClientException)
        {
            // The client library compares what has come with the service's checksum.
            return destination.Length + 1;
        }
    }

    private static DateTimeOffset DateOf(DateTime? date) => date is { } known
        ? new DateTimeOffset(known.ToUniversalTime())
        : throw new IOException("The service does not say when an object was written.");

    private string KeyOf(string name) => options.Prefix + name;

    private async ValueTask<T> TryAsync<T>(Func<CancellationToken, Task<T>> request, CancellationToken cancellationToken)
    {
        return await RunAsync(
            async token =>
            {
                try
                {
                    return await request(token).ConfigureAwait(false);
                }
                catch (AmazonS3Exception exception) when (
                    exception.StatusCode == HttpStatusCode.NotFound && exception.ErrorCode != "NoSuchBucket")
                {
                    return default!;
                }
            },
            cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<T> RunAsync<T>(Func<CancellationToken, Task<T>> request, CancellationToken cancellationToken)
    {
        await _requests.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await request(cancellationToken).ConfigureAwait(false);
        }
        catch (SyncException)
        {
            throw;
        }
        catch (Exception exception) when (ObjectFailures.IsExpected(exception))
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw ObjectFailures.Of(exception, Name);
        }
        finally
        {
            _requests.Release();
        }
    }
}
