using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Ordo.Sync.Fuzz.Tests.Inputs;

/// <summary>Changes bytes without knowing what they mean.</summary>
internal static class ByteMutation
{
    private const int RangeMax = 64;

    /// <summary>A changed copy.</summary>
    /// <param name="bytes">What to change.</param>
    /// <param name="other">Another input, of which parts may be taken.</param>
    /// <param name="draw">Decides.</param>
    public static byte[] Change(byte[] bytes, byte[] other, Draw draw)
    {
        if (bytes.Length == 0)
        {
            return [(byte)draw.Next(256)];
        }

        int at = draw.Next(bytes.Length);
        int length = 1 + draw.Next(Math.Min(RangeMax, bytes.Length - at));
        return draw.Next(10) switch
        {
            0 => With(bytes, at, (byte)(bytes[at] ^ (1 << draw.Next(8)))),
            1 => With(bytes, at, (byte)draw.Next(256)),
            2 => WithNumber(bytes, at, draw),
            3 => [.. bytes.AsSpan(0, at), .. bytes.AsSpan(at + length)],
            4 => [.. bytes.AsSpan(0, at + length), .. bytes.AsSpan(at)],
            5 => [.. bytes.AsSpan(0, at), .. Rubbish(draw), .. bytes.AsSpan(at)],
            6 => bytes[..at],
            7 => Splice(bytes, at, other, draw),
            8 => [.. bytes.AsSpan(0, at), .. Decimal(draw), .. bytes.AsSpan(at + length)],
            _ => Swap(bytes, at, length, draw),
        };
    }

    private static byte[] With(byte[] bytes, int at, byte value)
    {
        byte[] changed = [.. bytes];
        changed[at] = value;
        return changed;
    }

    private static byte[] WithNumber(byte[] bytes, int at, Draw draw)
    {
        byte[] changed = [.. bytes];
        Span<byte> number = stackalloc byte[8];
        int size = 1 << draw.Next(4);
        if (draw.OneIn(2))
        {
            BinaryPrimitives.WriteUInt64LittleEndian(number, Tempting.Number(draw));
        }
        else
        {
            BinaryPrimitives.WriteUInt64BigEndian(number, Tempting.Number(draw) << (64 - (8 * size)));
        }

        number[..Math.Min(size, changed.Length - at)].CopyTo(changed.AsSpan(at));
        return changed;
    }

    // What is read as text has its numbers as text.
    private static byte[] Decimal(Draw draw) => Encoding.ASCII.GetBytes(
        (draw.OneIn(4) ? "-" : string.Empty) + Tempting.Number(draw).ToString(CultureInfo.InvariantCulture));

    private static byte[] Rubbish(Draw draw)
    {
        var bytes = new byte[1 + draw.Next(12)];
        foreach (ref byte one in bytes.AsSpan())
        {
            one = (byte)draw.NextBits();
        }

        return bytes;
    }

    private static byte[] Splice(byte[] bytes, int at, byte[] other, Draw draw) => other.Length == 0
        ? bytes[..at]
        : [.. bytes.AsSpan(0, at), .. other.AsSpan(draw.Next(other.Length))];

    private static byte[] Swap(byte[] bytes, int at, int length, Draw draw)
    {
        byte[] changed = [.. bytes];
        int to = draw.Next(bytes.Length - length + 1);
        bytes.AsSpan(at, length).CopyTo(changed.AsSpan(to));
        return changed;
    }
}
