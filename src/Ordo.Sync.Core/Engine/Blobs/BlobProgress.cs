using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Engine.Blobs;

/// <summary>How far a transfer has come. Told after each chunk.</summary>
/// <param name="Blob">The blob.</param>
/// <param name="Scope">The scope.</param>
/// <param name="Direction">Which way it goes.</param>
/// <param name="BytesDone">The bytes that need not be moved (any more), those of earlier attempts included.</param>
/// <param name="BytesTotal">The blob's bytes.</param>
/// <param name="BytesPerSecond">What was moved in the last seconds, a second.</param>
public readonly record struct BlobProgress(
    BlobId Blob, string Scope, BlobDirection Direction, long BytesDone, long BytesTotal, double BytesPerSecond);
