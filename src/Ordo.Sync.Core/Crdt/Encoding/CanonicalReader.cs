using System.Buffers.Binary;
using MessagePack;

namespace Ordo.Sync.Crdt.Encoding;

/// <summary>
/// Reads MessagePack values off a span, those only that are in the form the encoder writes (the shortest there is); anything else is
/// <see langword="false"/>, and the position is of no use then.
/// </summary>
internal ref struct CanonicalReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _left = bytes;

    /// <summary>Whether nothing is left.</summary>
    public readonly bool IsAtEnd => _left.IsEmpty;

    /// <summary>Reads the header of an array.</summary>
    public bool TryReadArray(out int count)
    {
        if (!TryTake(1, out ReadOnlySpan<byte> head))
        {
            count = 0;
            return false;
        }

        if (head[0] is >= MessagePackCode.MinFixArray and <= MessagePackCode.MaxFixArray)
        {
            count = head[0] - MessagePackCode.MinFixArray;
            return true;
        }

        return TryReadLength(head[0], MessagePackCode.MaxFixArray - MessagePackCode.MinFixArray, 0, MessagePackCode.Array16, out count);
    }

    /// <summary>Reads bytes.</summary>
    public bool TryReadBytes(out ReadOnlySpan<byte> content)
    {
        content = default;
        return TryTake(1, out ReadOnlySpan<byte> head)
            && TryReadLength(head[0], -1, MessagePackCode.Bin8, MessagePackCode.Bin16, out int length)
            && TryTake(length, out content);
    }

    /// <summary>Reads a string, as its well-formed UTF-8.</summary>
    public bool TryReadText(out ReadOnlySpan<byte> content)
    {
        content = default;
        if (!TryTake(1, out ReadOnlySpan<byte> head))
        {
            return false;
        }

        int length = head[0] - MessagePackCode.MinFixStr;
        bool isShort = head[0] is >= MessagePackCode.MinFixStr and <= MessagePackCode.MaxFixStr;
        return (isShort || TryReadLength(
                head[0], MessagePackCode.MaxFixStr - MessagePackCode.MinFixStr, MessagePackCode.Str8, MessagePackCode.Str16, out length))
            && TryTake(length, out content)
            && System.Text.Unicode.Utf8.IsValid(content);
    }

    /// <summary>Reads an integer that is not negative.</summary>
    public bool TryReadUnsigned(out ulong value)
    {
        value = 0;
        if (!TryTake(1, out ReadOnlySpan<byte> head))
        {
            return false;
        }

        if (head[0] <= MessagePackCode.MaxFixInt)
        {
            value = head[0];
            return true;
        }

        int size = head[0] is >= MessagePackCode.UInt8 and <= MessagePackCode.UInt64 ? 1 << (head[0] - MessagePackCode.UInt8) : 0;
        if (size == 0 || !TryTake(size, out ReadOnlySpan<byte> digits))
        {
            return false;
        }

        value = size switch
        {
            1 => digits[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(digits),
            4 => BinaryPrimitives.ReadUInt32BigEndian(digits),
            _ => BinaryPrimitives.ReadUInt64BigEndian(digits),
        };
        ulong shorter = size switch { 1 => MessagePackCode.MaxFixInt, 2 => byte.MaxValue, 4 => ushort.MaxValue, _ => uint.MaxValue };
        return value > shorter;
    }

    /// <summary>Passes over a signed integer.</summary>
    public bool TrySkipInteger()
    {
        if (_left.IsEmpty || _left[0] is not (>= MessagePackCode.Int8 and <= MessagePackCode.Int64 or >= MessagePackCode.MinNegativeFixInt))
        {
            return TryReadUnsigned(out ulong value) && value <= long.MaxValue;
        }

        byte head = _left[0];
        int size = head >= MessagePackCode.MinNegativeFixInt ? 0 : 1 << (head - MessagePackCode.Int8);
        if (!TryTake(1 + size, out ReadOnlySpan<byte> value8))
        {
            return false;
        }

        ReadOnlySpan<byte> digits = value8[1..];
        return size switch
        {
            0 => true,
            1 => (sbyte)digits[0] < MessagePackRange.MinFixNegativeInt,
            2 => BinaryPrimitives.ReadInt16BigEndian(digits) < sbyte.MinValue,
            4 => BinaryPrimitives.ReadInt32BigEndian(digits) < short.MinValue,
            _ => BinaryPrimitives.ReadInt64BigEndian(digits) < int.MinValue,
        };
    }

    /// <summary>Passes over a scalar.</summary>
    public bool TrySkipScalar()
    {
        if (_left.IsEmpty)
        {
            return false;
        }

        return _left[0] switch
        {
            MessagePackCode.True or MessagePackCode.False => TryTake(1, out _),
            MessagePackCode.Float64 => TryTake(1 + sizeof(double), out _),
            MessagePackCode.Bin8 or MessagePackCode.Bin16 => TryReadBytes(out _),
            MessagePackCode.Str8 or MessagePackCode.Str16 => TryReadText(out _),
            >= MessagePackCode.MinFixStr and <= MessagePackCode.MaxFixStr => TryReadText(out _),
            _ => TrySkipInteger(),
        };
    }

    // A length of one or two bytes behind its code; what needs four is no small document.
    private bool TryReadLength(byte code, int shorterMax, byte code8, byte code16, out int length)
    {
        length = 0;
        if (code8 != 0 && code == code8 && TryTake(1, out ReadOnlySpan<byte> one))
        {
            length = one[0];
            return length > shorterMax;
        }

        if (code != code16 || !TryTake(sizeof(ushort), out ReadOnlySpan<byte> two))
        {
            return false;
        }

        length = BinaryPrimitives.ReadUInt16BigEndian(two);
        return length > (code8 != 0 ? byte.MaxValue : shorterMax);
    }

    private bool TryTake(int count, out ReadOnlySpan<byte> taken)
    {
        if (count > _left.Length)
        {
            taken = default;
            return false;
        }

        taken = _left[..count];
        _left = _left[count..];
        return true;
    }
}
