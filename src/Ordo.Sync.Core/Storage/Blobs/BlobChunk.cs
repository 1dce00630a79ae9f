namespace Ordo.Sync.Storage.Blobs;

/// <summary>A piece of a blob: what is stored, moved, verified and shared between blobs.</summary>
/// <param name="Hash">The SHA-256 of its bytes.</param>
/// <param name="Length">The number of its bytes, at least 1.</param>
public readonly record struct BlobChunk(ContentHash Hash, int Length);
