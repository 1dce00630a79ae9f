using System.Buffers.Binary;
using Ordo.Sync.S3.Objects;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.S3;

/// <summary>What a store holds, as far as this process knows: what a sweep has counted, and its own changes since. Thread-safe.</summary>
internal sealed class UsageCount
{
    private readonly Lock _lock = new();
    private BlobUsage _current;

    public BlobUsage Current
    {
        get
        {
            lock (_lock)
            {
                return _current;
            }
        }
    }

    public void Add(long blobs, long chunks, long bytes)
    {
        lock (_lock)
        {
            _current = new BlobUsage(
                Math.Max(0, _current.BlobCount + blobs),
                Math.Max(0, _current.ChunkCount + chunks),
                Math.Max(0, _current.ChunkBytes + bytes));
        }
    }

    /// <summary>Takes what the last sweep of any process has counted.</summary>
    public async ValueTask LoadAsync(ObjectBucket bucket, CancellationToken cancellationToken)
    {
        byte[]? counted = await bucket.ReadAsync(ObjectNames.Usage, 3 * sizeof(long), cancellationToken).ConfigureAwait(false);
        if (counted is { Length: 3 * sizeof(long) })
        {
            Set(new BlobUsage(
                BinaryPrimitives.ReadInt64BigEndian(counted),
                BinaryPrimitives.ReadInt64BigEndian(counted.AsSpan(sizeof(long))),
                BinaryPrimitives.ReadInt64BigEndian(counted.AsSpan(2 * sizeof(long)))));
        }
    }

    /// <summary>Keeps what a sweep has counted, here and for others.</summary>
    public async ValueTask SaveAsync(ObjectBucket bucket, BlobUsage counted, CancellationToken cancellationToken)
    {
        Set(counted);
        var bytes = new byte[3 * sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, counted.BlobCount);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(sizeof(long)), counted.ChunkCount);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(2 * sizeof(long)), counted.ChunkBytes);
        await bucket.WriteAsync(ObjectNames.Usage, bytes, cancellationToken).ConfigureAwait(false);
    }

    private void Set(BlobUsage counted)
    {
        lock (_lock)
        {
            _current = counted;
        }
    }
}
