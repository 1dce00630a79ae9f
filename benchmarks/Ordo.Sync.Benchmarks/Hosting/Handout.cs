using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Benchmarks.Hosting;

/// <summary>A record that refers to a file.</summary>
public sealed record Handout
{
    public int Number { get; init; }

    public BlobRef? File { get; init; }
}
