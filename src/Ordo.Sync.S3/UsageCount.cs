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
                Sum(_current.BlobCount, blobs), Sum(_current.ChunkCount, chunks), Sum(_current.ChunkBytes, bytes));
        }
    }

    /// <summary>Takes what the last sweep of any process has counted.</summary>
    public async ValueTask LoadAsync(ObjectBucket bucket, CancellationToken cancellationToken)
    {
        byte[]? counted = await bucket.ReadAsync(ObjectNames.Usage, 3 * sizeof(long), cancellationToken).ConfigureAwait(false);
        if (Decode(counted) is { } usage)
        {
            Set(usage);
        }
    }

    /// <summary>Reads what a sweep has counted; <see langword="null"/> where the bytes do not say.</summary>
    public static BlobUsage? Decode(ReadOnlySpan<byte> counted)
    {
        if (counted.Length != 3 * sizeof(long))
        {
            return null;
        }

        var usage = new BlobUsage(
            BinaryPrimitives.ReadInt64BigEndian(counted),
            BinaryPrimitives.ReadInt64BigEndian(counted[sizeof(long)..]),
            BinaryPrimitives.ReadInt64BigEndian(counted[(2 * sizeof(long))..]));
        return usage is { BlobCount: >= 0, ChunkCount: >= 0, ChunkBytes: >= 0 } ? usage : null;
    }

    /// <summary>Keeps what a sweep has counted, here and for others.</summary>
    public async ValueTask SaveAsync(ObjectBucket bucket, BlobUsage counted, CancellationToken cancellationToken)
    {
        Set(counted);
        await bucket.WriteAsync(ObjectNames.Usage, Encode(counted), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The bytes that say what a sweep has counted.</summary>
    public static byte[] Encode(BlobUsage counted)
    {
        var bytes = new byte[3 * sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, counted.BlobCount);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(sizeof(long)), counted.ChunkCount);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(2 * sizeof(long)), counted.ChunkBytes);
        return bytes;
    }

    /// <summary>Takes what a sweep has counted.</summary>
    public void Set(BlobUsage counted)
    {
        lock (_lock)
        {
            _current = counted;
        }
    }

    // What a bucket says may be anything: a count stays one.
    private static long Sum(long present, long more) => Math.Max(0, long.CreateSaturating((Int128)present + more));
}
