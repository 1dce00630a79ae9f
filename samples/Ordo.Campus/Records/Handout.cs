using Ordo.Sync.Storage.Blobs;

namespace Ordo.Campus.Records;

/// <summary>A file of a course. The record syncs at once; the content follows on a lane of its own.</summary>
public sealed record Handout
{
    public BlobRef? File { get; init; }

    public string By { get; init; } = string.Empty;

    /// <summary>Unix milliseconds.</summary>
    public long At { get; init; }
}
