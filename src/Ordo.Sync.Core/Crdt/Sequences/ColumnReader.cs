namespace Ordo.Sync.Crdt.Sequences;

/// <summary>Reads what <see cref="ColumnWriter"/> wrote; never past the end, never a number outside the asked-for range.</summary>
internal ref struct ColumnReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool AtEnd => _rest.IsEmpty;

    public readonly int Remaining => _rest.Length;

    public byte Byte()
    {
        if (_rest.IsEmpty)
        {
            throw Short();
        }

        byte value = _rest[0];
        _rest = _rest[1..];
        return value;
    }

    public ulong Unsigned()
    {
        ulong value = 0;
        for (int i = 0; i < _rest.Length && i < 10; i++)
        {
            byte part = _rest[i];
            if (i == 9 && part > 1)
            {
                break;
            }

            value |= (ulong)(part & 0x7F) << (7 * i);
            if (part < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return value;
            }
        }

        throw _rest.Length < 10 ? Short() : new CrdtFormatException("A number in a sequence has more than 64 bits.");
    }

    public long Signed()
    {
        ulong value = Unsigned();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>An unsigned number up to <paramref name="max"/>.</summary>
    public int Int(long max, string what)
    {
        // A negative maximum (the last index of an empty list) admits nothing; as an unsigned number it would admit all.
        ulong value = Unsigned();
        return max >= 0 && value <= (ulong)Math.Min(max, int.MaxValue)
            ? (int)value
            : throw new CrdtFormatException($"The {what} of a sequence is {value}; at most {max} is possible.");
    }

    /// <summary>The next column, length first.</summary>
    public ColumnReader Column()
    {
        int length = Int(_rest.Length, "column length");
        if (length > _rest.Length)
        {
            throw Short();
        }

        var column = new ColumnReader(_rest[..length]);
        _rest = _rest[length..];
        return column;
    }

    public readonly void RequireEnd()
    {
        if (!_rest.IsEmpty)
        {
            throw new CrdtFormatException($"{_rest.Length} bytes follow the end of a column of a sequence.");
        }
    }

    private static CrdtFormatException Short() => new("A sequence ends in the middle of a number or column.");
}
