namespace Ordo.Sync.Storage.Blobs;

/// <summary>What a sweep removed.</summary>
/// <param name="ChunkCount">Chunks that no blob held in full is made of.</param>
/// <param name="ChunkBytes">Their bytes.</param>
public readonly record struct BlobSweep(int ChunkCount, long ChunkBytes);
