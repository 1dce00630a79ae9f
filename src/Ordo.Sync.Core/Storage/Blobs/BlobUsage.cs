namespace Ordo.Sync.Storage.Blobs;

/// <summary>What a blob store holds.</summary>
/// <param name="BlobCount">The blobs held in full.</param>
/// <param name="ChunkCount">The chunks, each counted once however many blobs share it.</param>
/// <param name="ChunkBytes">The bytes of the chunks.</param>
public readonly record struct BlobUsage(long BlobCount, long ChunkCount, long ChunkBytes);
