namespace Ordo.Sync.Replication.Bundles;

/// <summary>A stretch of a bundle that could not be read, and was passed over.</summary>
/// <param name="Offset">Where it begins in the file.</param>
/// <param name="Length">Its bytes.</param>
public sealed record BundleDamage(long Offset, long Length);
