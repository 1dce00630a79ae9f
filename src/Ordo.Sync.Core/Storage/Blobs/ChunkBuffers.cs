using System.Collections.Concurrent;

namespace Ordo.Sync.Storage.Blobs;

/// <summary>
/// Buffers that hold a chunk each, for whoever moves chunks; a few that nobody uses are kept, the one used last comes first. The shared pool
/// of arrays keeps some for each thread and each power of two, which a long transfer fills one after the other. Thread-safe.
/// </summary>
internal static class ChunkBuffers
{
    // As many as one transfer of a device uses: four chunks on their way, and the one that is hashed.
    private const int KeptMax = 5;

    private static readonly ConcurrentStack<byte[]> Kept = new();

    /// <summary>A buffer of <see cref="BlobLimits.ChunkBytesMax"/>; what is in it is anything.</summary>
    public static byte[] Rent() =>
        Kept.TryPop(out byte[]? buffer) ? buffer : GC.AllocateUninitializedArray<byte>(BlobLimits.ChunkBytesMax);

    /// <summary>Gives a buffer back, once.</summary>
    public static void Return(byte[] buffer)
    {
        // Two at once may keep one too many: so much does not matter.
        if (Kept.Count < KeptMax)
        {
            Kept.Push(buffer);
        }
    }
}
