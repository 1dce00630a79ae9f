namespace Ordo.Sync.Crdt.Sequences;

/// <summary>One column of an encoding: bytes and variable-length integers (7 bits a byte, least first) in a growing buffer.</summary>
internal sealed class ColumnWriter
{
    private byte[] _bytes = new byte[64];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Byte(byte value)
    {
        if (Length == _bytes.Length)
        {
            Array.Resize(ref _bytes, Length * 2);
        }

        _bytes[Length++] = value;
    }

    public void Unsigned(ulong value)
    {
        while (value >= 0x80)
        {
            Byte((byte)(value | 0x80));
            value >>= 7;
        }

        Byte((byte)value);
    }

    /// <summary>A signed number in zigzag form, so that small ones of either sign are short.</summary>
    public void Signed(long value) => Unsigned((ulong)((value << 1) ^ (value >> 63)));

    public void Bytes(ReadOnlySpan<byte> value)
    {
        int needed = checked(Length + value.Length);
        if (needed > _bytes.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Min(Math.Max(needed, _bytes.Length * 2L), Array.MaxLength));
        }

        value.CopyTo(_bytes.AsSpan(Length));
        Length = needed;
    }

    /// <summary>Another column with its length before it.</summary>
    public void Column(ColumnWriter column)
    {
        Unsigned((ulong)column.Length);
        Bytes(column.Written);
    }
}
