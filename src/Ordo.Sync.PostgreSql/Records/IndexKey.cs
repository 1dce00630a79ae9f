using System.Buffers.Binary;
using System.Text;
using Ordo.Sync.Storage;

namespace Ordo.Sync.PostgreSql.Records;

/// <summary>
/// The stored form of indexed values: bytes whose order is that of the values, so that one column serves integers, numbers and
/// texts of any length.
/// </summary>
internal static class IndexKey
{
    /// <summary>The bytes of a value that an index of its type holds; <see langword="null"/> for an absent one.</summary>
    public static byte[]? Encode(IndexValue value)
    {
        if (value.Text is { } text)
        {
            return Encoding.UTF8.GetBytes(text);
        }

        return value.Integer is { } integer ? Encode(integer) : value.Real is { } real ? Encode(real) : null;
    }

    public static byte[] Encode(long value) => Write((ulong)value ^ (1UL << 63));

    public static byte[] Encode(double value)
    {
        // Negative zero equals zero; negative numbers are ordered backwards by their bits.
        long bits = BitConverter.DoubleToInt64Bits(value == 0 ? 0 : value);
        return Write(bits < 0 ? ~(ulong)bits : (ulong)bits ^ (1UL << 63));
    }

    private static byte[] Write(ulong value)
    {
        byte[] bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return bytes;
    }
}
