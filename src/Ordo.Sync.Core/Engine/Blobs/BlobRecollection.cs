using Ordo.Sync.Replication.Blobs;

namespace Ordo.Sync.Engine.Blobs;

/// <summary>What a device remembers of a blob. Times are Unix milliseconds, 0 for never.</summary>
/// <param name="IsPinned">Whether it is kept until it is unpinned.</param>
/// <param name="UsedAtMs">When it was imported, fetched or opened last, to within an hour.</param>
/// <param name="UnreferencedSinceMs">Since when no record refers to it, as a collection found.</param>
internal readonly record struct BlobRecollection(bool IsPinned, long UsedAtMs, long UnreferencedSinceMs)
{
    public static BlobRecollection Decode(ReadOnlyMemory<byte>? value) => value is { } stored
        ? new BlobRecollection(
            BlobEntries.Number(stored, 0) != 0, BlobEntries.Number(stored, 1), BlobEntries.Number(stored, 2))
        : default;

    public byte[] Encode() => BlobEntries.Numbers(IsPinned ? 1 : 0, UsedAtMs, UnreferencedSinceMs);
}
