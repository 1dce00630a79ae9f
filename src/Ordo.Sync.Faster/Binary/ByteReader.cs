using System.Buffers.Binary;

namespace Ordo.Sync.Faster.Binary;

/// <summary>Reads what a <see cref="ByteWriter"/> wrote. Trusts no length: what reaches beyond the bytes there throws.</summary>
internal ref struct ByteReader
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private int _at;

    public ByteReader(ReadOnlyMemory<byte> bytes) => _bytes = bytes;

    /// <summary>Whether everything was read.</summary>
    public readonly bool IsAtEnd => _at == _bytes.Length;

    /// <summary>How many bytes are left.</summary>
    public readonly int Left => _bytes.Length - _at;

    public byte ReadByte() => Take(1).Span[0];

    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)).Span);

    public UInt128 ReadUInt128() => BinaryPrimitives.ReadUInt128LittleEndian(Take(16).Span);

    /// <exception cref="InvalidDataException">It does not fit 63 bits, or the bytes end in it.</exception>
    public long ReadNumber()
    {
        ulong value = 0;
        for (int shift = 0; shift < 63; shift += 7)
        {
            byte part = ReadByte();
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return (long)value;
            }
        }

        throw new InvalidDataException("a number is longer than 63 bits");
    }

    /// <summary>A number of things of which each takes a byte at least: bounded by the bytes left.</summary>
    public int ReadCount()
    {
        long count = ReadNumber();
        return count <= Left ? (int)count : throw new InvalidDataException($"{count} items are announced, {Left} bytes left");
    }

    /// <summary>Bytes led by their length; a part of the memory that is read.</summary>
    public ReadOnlyMemory<byte> ReadBytes() => Take(ReadCount());

    public string ReadText() => Utf8.Strict.GetString(ReadBytes().Span);

    /// <summary>A block that <see cref="ByteWriter.BeginBlock"/> began.</summary>
    public ReadOnlyMemory<byte> ReadBlock() => Take(BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)).Span));

    private ReadOnlyMemory<byte> Take(int count)
    {
        if (count < 0 || count > Left)
        {
            throw new InvalidDataException($"{count} bytes are announced, {Left} are left");
        }

        ReadOnlyMemory<byte> taken = _bytes.Slice(_at, count);
        _at += count;
        return taken;
    }
}
