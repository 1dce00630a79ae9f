using System.IO.Compression;

namespace Ordo.Sync.Crdt.Encoding;

/// <summary>
/// Brotli with a bounded ratio: what would expand more than that is stored as it is, so a decoder can refuse to expand more,
/// and a short input never becomes a large allocation.
/// </summary>
internal static class Packing
{
    /// <summary>The most bytes of a structure that one packed byte may stand for; a run takes about 110 bytes of memory.</summary>
    public const int StructureRatioMax = 16;

    /// <summary>The most bytes of a text that one packed byte may stand for.</summary>
    public const int TextRatioMax = 256;

    private const int LengthMin = 128;

    // A document is encoded at every write: level 1 takes 1 ms where level 6 takes 40 and gains a seventh.
    private const int Quality = 1;
    private const int WindowBits = 20;

    /// <summary>The packed bytes, or null where packing gains nothing or would break the ratio.</summary>
    public static byte[]? TryPack(ReadOnlySpan<byte> bytes, int ratioMax)
    {
        if (bytes.Length < LengthMin)
        {
            return null;
        }

        var packed = new byte[bytes.Length - 1];
        return BrotliEncoder.TryCompress(bytes, packed, out int written, Quality, WindowBits)
            && bytes.Length <= (long)written * ratioMax
            ? packed[..written]
            : null;
    }

    /// <summary>Expands to exactly <paramref name="length"/> bytes.</summary>
    /// <exception cref="CrdtFormatException">The ratio is too great, or the bytes expand to another length.</exception>
    public static byte[] Unpack(ReadOnlySpan<byte> packed, int length, int ratioMax)
    {
        if (length > (long)packed.Length * ratioMax)
        {
            throw new CrdtFormatException($"{packed.Length} bytes claim to expand to {length}, more than {ratioMax} times as many.");
        }

        var bytes = new byte[length];
        return BrotliDecoder.TryDecompress(packed, bytes, out int written) && written == length
            ? bytes
            : throw new CrdtFormatException($"{packed.Length} bytes do not expand to the {length} that they claim.");
    }
}
