using System.Buffers.Binary;
using System.Collections.Immutable;
using Ordo.Sync.Errors;

namespace Ordo.Sync.Storage.Blobs;

/// <summary>
/// The stored form of a manifest, which is also that on the wire: version (1 byte), blob (32), number of chunks (4, big-endian),
/// then for each chunk its hash (32) and length (4), then the SHA-256 of all that (32).
/// </summary>
public static class BlobManifestCodec
{
    private const byte Version = 1;
    private const int HeadBytes = 1 + ContentHash.SizeBytes + sizeof(int);
    private const int ChunkBytes = ContentHash.SizeBytes + sizeof(int);

    /// <summary>The bytes of a manifest.</summary>
    public static byte[] Encode(BlobManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        var bytes = new byte[HeadBytes + (ChunkBytes * manifest.Chunks.Length) + ContentHash.SizeBytes];
        Span<byte> rest = bytes;
        rest[0] = Version;
        manifest.Id.Hash.Write(rest[1..]);
        BinaryPrimitives.WriteInt32BigEndian(rest[(1 + ContentHash.SizeBytes)..], manifest.Chunks.Length);
        rest = rest[HeadBytes..];
        foreach (BlobChunk chunk in manifest.Chunks)
        {
            chunk.Hash.Write(rest);
            BinaryPrimitives.WriteInt32BigEndian(rest[ContentHash.SizeBytes..], chunk.Length);
            rest = rest[ChunkBytes..];
        }

        ContentHash.Of(bytes.AsSpan(0, bytes.Length - ContentHash.SizeBytes)).Write(rest);
        return bytes;
    }

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="SyncException">The bytes are none: cut off, changed, or beyond a limit.</exception>
    public static BlobManifest Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeadBytes + ContentHash.SizeBytes || bytes.Length > BlobLimits.ManifestBytesMax)
        {
            throw Malformed($"it has {bytes.Length} bytes.");
        }

        if (bytes[0] != Version)
        {
            throw Malformed($"its form is {bytes[0]}; this version of the library knows {Version}.");
        }

        int count = BinaryPrimitives.ReadInt32BigEndian(bytes[(1 + ContentHash.SizeBytes)..]);
        if (count < 0 || bytes.Length != HeadBytes + ((long)ChunkBytes * count) + ContentHash.SizeBytes)
        {
            throw Malformed($"it claims {count} chunks in {bytes.Length} bytes.");
        }

        if (ContentHash.Of(bytes[..^ContentHash.SizeBytes]) != ContentHash.Read(bytes[^ContentHash.SizeBytes..]))
        {
            throw Malformed("its checksum does not match.");
        }

        var id = new BlobId(ContentHash.Read(bytes.Slice(1, ContentHash.SizeBytes)));
        ReadOnlySpan<byte> rest = bytes[HeadBytes..];
        var chunks = ImmutableArray.CreateBuilder<BlobChunk>(count);
        for (int i = 0; i < count; i++)
        {
            ContentHash hash = ContentHash.Read(rest[..ContentHash.SizeBytes]);
            chunks.Add(new BlobChunk(hash, BinaryPrimitives.ReadInt32BigEndian(rest[ContentHash.SizeBytes..])));
            rest = rest[ChunkBytes..];
        }

        ImmutableArray<BlobChunk> all = chunks.MoveToImmutable();
        return BlobManifest.WhyNot(all) is { } why ? throw Malformed(why) : new BlobManifest(id, all);
    }

    private static SyncException Malformed(string why) =>
        new(SyncErrorCode.Malformed, $"The bytes are no manifest of a blob: {why}");
}
