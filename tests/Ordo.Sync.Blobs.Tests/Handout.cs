using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Blobs.Tests;

/// <summary>A record that refers to files.</summary>
public sealed record Handout
{
    public string Title { get; init; } = string.Empty;

    public BlobRef? File { get; init; }

    public BlobRef? Other { get; init; }

    public List<BlobRef> More { get; init; } = [];
}
