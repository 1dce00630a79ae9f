namespace Ordo.Sync.Replication.Blobs;

/// <summary>What a collection of blobs did.</summary>
public readonly record struct BlobCollection
{
    /// <summary>The attachments looked at.</summary>
    public int AttachmentCount { get; init; }

    /// <summary>The attachments that ended: no record had referred to them for the grace period.</summary>
    public int DetachedCount { get; init; }

    /// <summary>The blobs removed, attached nowhere any more.</summary>
    public int RemovedCount { get; init; }

    /// <summary>The chunks removed.</summary>
    public int ChunkCount { get; init; }

    /// <summary>The bytes freed.</summary>
    public long ChunkBytes { get; init; }

    /// <summary>The blobs that records refer to and that are not here: devices are asked for them.</summary>
    public int WantedCount { get; init; }
}
