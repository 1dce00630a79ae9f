using System.Buffers;
using MessagePack;

namespace Ordo.Sync.Crdt.Encoding;

/// <summary>The outer form of a text or sequence: flags, structure, content; each part packed or as it is.</summary>
internal static class SequenceCodec
{
    private const int StructurePacked = 1;
    private const int ContentPacked = 2;
    private const int ContentIsUtf16 = 4;

    public static void WriteText(
        ref MessagePackWriter writer, ReadOnlySpan<byte> structure, ReadOnlySpan<char> content, bool compress)
    {
        int flags = 0;
        ReadOnlySpan<byte> bytes;
        if (Utf8.IsWellFormed(content))
        {
            bytes = Utf8.GetBytes(content);
        }
        else
        {
            flags |= ContentIsUtf16;
            bytes = Utf16(content);
        }

        byte[]? packedStructure = compress ? Packing.TryPack(structure, Packing.StructureRatioMax) : null;
        byte[]? packedContent = compress ? Packing.TryPack(bytes, Packing.TextRatioMax) : null;
        flags |= (packedStructure is null ? 0 : StructurePacked) | (packedContent is null ? 0 : ContentPacked);
        writer.WriteArrayHeader(5);
        writer.Write(flags);
        writer.Write(structure.Length);
        writer.Write(packedStructure ?? structure);
        writer.Write(bytes.Length);
        writer.Write(packedContent ?? bytes);
    }

    public static byte[] ReadText(ref MessagePackReader reader, CrdtLimits limits, out char[] content)
    {
        RequireHeader(ref reader, 5);
        int flags = reader.ReadInt32();
        if ((flags & ~(StructurePacked | ContentPacked | ContentIsUtf16)) != 0)
        {
            throw new CrdtFormatException($"A text has the flags {flags:x}, which this version does not know.");
        }

        byte[] structure = ReadPart(ref reader, (flags & StructurePacked) != 0, Packing.StructureRatioMax, limits);
        byte[] bytes = ReadPart(ref reader, (flags & ContentPacked) != 0, Packing.TextRatioMax, limits);
        content = (flags & ContentIsUtf16) == 0 ? Utf8.GetChars(bytes, limits.LengthMax) : FromUtf16(bytes, limits);
        return structure;
    }

    public static void WriteScalars(
        ref MessagePackWriter writer, ReadOnlySpan<byte> structure, ReadOnlySpan<Scalar> content, bool compress)
    {
        byte[]? packed = compress ? Packing.TryPack(structure, Packing.StructureRatioMax) : null;
        writer.WriteArrayHeader(4);
        writer.Write(packed is null ? 0 : StructurePacked);
        writer.Write(structure.Length);
        writer.Write(packed ?? structure);
        writer.WriteArrayHeader(content.Length);
        foreach (Scalar value in content)
        {
            ScalarCodec.Write(ref writer, value);
        }
    }

    public static byte[] ReadScalars(ref MessagePackReader reader, CrdtLimits limits, out Scalar[] content)
    {
        RequireHeader(ref reader, 4);
        int flags = reader.ReadInt32();
        if ((flags & ~StructurePacked) != 0)
        {
            throw new CrdtFormatException($"A sequence has the flags {flags:x}, which this version does not know.");
        }

        byte[] structure = ReadPart(ref reader, (flags & StructurePacked) != 0, Packing.StructureRatioMax, limits);
        int count = reader.ReadArrayHeader();
        if (count > limits.LengthMax)
        {
            throw new CrdtFormatException($"A sequence has {count} elements; the limit is {limits.LengthMax}.");
        }

        content = new Scalar[count];
        for (int i = 0; i < count; i++)
        {
            content[i] = ScalarCodec.Read(ref reader);
        }

        return structure;
    }

    private static void RequireHeader(ref MessagePackReader reader, int count)
    {
        int length = reader.ReadArrayHeader();
        if (length != count)
        {
            throw new CrdtFormatException($"A text or sequence has {length} parts, not {count}.");
        }
    }

    private static byte[] ReadPart(ref MessagePackReader reader, bool isPacked, int ratioMax, CrdtLimits limits)
    {
        int length = reader.ReadInt32();
        byte[] bytes = reader.ReadBytes()?.ToArray() ?? [];
        if (length < 0 || length > limits.BytesMax || (!isPacked && bytes.Length != length))
        {
            throw new CrdtFormatException($"{bytes.Length} bytes of a text or sequence claim to be {length}.");
        }

        return isPacked ? Packing.Unpack(bytes, length, ratioMax) : bytes;
    }

    private static byte[] Utf16(ReadOnlySpan<char> text)
    {
        var bytes = new byte[text.Length * sizeof(char)];
        for (int i = 0; i < text.Length; i++)
        {
            bytes[2 * i] = (byte)text[i];
            bytes[(2 * i) + 1] = (byte)(text[i] >> 8);
        }

        return bytes;
    }

    private static char[] FromUtf16(byte[] bytes, CrdtLimits limits)
    {
        if (bytes.Length % sizeof(char) != 0 || bytes.Length / sizeof(char) > limits.LengthMax)
        {
            throw new CrdtFormatException($"A text cannot have {bytes.Length} bytes of UTF-16.");
        }

        var chars = new char[bytes.Length / sizeof(char)];
        for (int i = 0; i < chars.Length; i++)
        {
            chars[i] = (char)(bytes[2 * i] | (bytes[(2 * i) + 1] << 8));
        }

        return chars;
    }
}
