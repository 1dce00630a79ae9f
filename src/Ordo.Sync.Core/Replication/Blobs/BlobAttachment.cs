namespace Ordo.Sync.Replication.Blobs;

/// <summary>That a blob is attached in a scope.</summary>
/// <param name="Length">The blob's length in bytes, as verified.</param>
/// <param name="AttachedAtMs">When, in Unix milliseconds.</param>
/// <param name="UnreferencedSinceMs">Since when no record there refers to it; 0 where one does.</param>
internal readonly record struct BlobAttachment(long Length, long AttachedAtMs, long UnreferencedSinceMs)
{
    public static BlobAttachment Decode(ReadOnlyMemory<byte> value) =>
        new(BlobEntries.Number(value, 0), BlobEntries.Number(value, 1), BlobEntries.Number(value, 2));

    public byte[] Encode() => BlobEntries.Numbers(Length, AttachedAtMs, UnreferencedSinceMs);
}
