namespace Ordo.Sync.Replication.Blobs;

/// <summary>What a replica that takes and gives blobs allows its callers.</summary>
public sealed record BlobResponderOptions
{
    /// <summary>The longest blob to take, in bytes. The default is 8 GiB.</summary>
    public long BlobBytesMax { get; init; } = 8L << 30;

    /// <summary>The most bytes of blobs attached in one scope. The default is no bound.</summary>
    public long ScopeBytesMax { get; init; } = long.MaxValue;
}
