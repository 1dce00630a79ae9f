using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.S3.Sweeping;

/// <summary>What a sweep has done.</summary>
/// <param name="Removed">What it removed.</param>
/// <param name="Left">What it has counted and left.</param>
internal readonly record struct SweepResult(BlobSweep Removed, BlobUsage Left);
