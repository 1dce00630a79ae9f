using System.Buffers.Binary;

namespace Ordo.Sync.Faster.Binary;

/// <summary>Writes the stored forms into one growing array: little-endian numbers, varints, blocks led by their length.</summary>
internal sealed class ByteWriter
{
    private const int KeptBytesMax = 1024 * 1024;
    private const int InitialBytes = 1024;

    private byte[] _bytes = new byte[InitialBytes];

    /// <summary>How many bytes were written.</summary>
    public int Length { get; private set; }

    /// <summary>What was written; valid until the next write.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    /// <summary>What was written, to be patched; valid until the next write.</summary>
    public Span<byte> Span => _bytes.AsSpan(0, Length);

    /// <summary>Forgets what was written; a buffer that a large transaction needed is given up.</summary>
    public void Clear()
    {
        Length = 0;
        if (_bytes.Length > KeptBytesMax)
        {
            _bytes = new byte[InitialBytes];
        }
    }

    /// <summary>Room for so many bytes, to be filled by the caller.</summary>
    public Span<byte> Take(int count)
    {
        int end = checked(Length + count);
        if (end > _bytes.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Min(Math.Max(end, _bytes.Length * 2L), Array.MaxLength));
        }

        Span<byte> taken = _bytes.AsSpan(Length, count);
        Length = end;
        return taken;
    }

    public void WriteByte(byte value) => Take(1)[0] = value;

    public void WriteUInt64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Take(sizeof(ulong)), value);

    public void WriteUInt128(UInt128 value) => BinaryPrimitives.WriteUInt128LittleEndian(Take(16), value);

    /// <summary>A number that is not negative, seven bits a byte.</summary>
    public void WriteNumber(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        ulong rest = (ulong)value;
        while (rest >= 0x80)
        {
            WriteByte((byte)(rest | 0x80));
            rest >>= 7;
        }

        WriteByte((byte)rest);
    }

    public void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        WriteNumber(bytes.Length);
        bytes.CopyTo(Take(bytes.Length));
    }

    public void WriteText(string text)
    {
        int count = Utf8.Strict.GetByteCount(text);
        WriteNumber(count);
        Utf8.Strict.GetBytes(text, Take(count));
    }

    /// <summary>Begins a block whose length is known at its end.</summary>
    public int BeginBlock()
    {
        Take(sizeof(int));
        return Length;
    }

    /// <summary>Ends the block that began there.</summary>
    public void EndBlock(int start) =>
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(start - sizeof(int)), Length - start);
}
