using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Ordo.Sync.Records;

/// <summary>
/// Gathers what is hashed by XXH128 in a buffer of the caller: what fits is hashed in one call, and only what does not by a hash that
/// takes parts. Both give the same.
/// </summary>
/// <param name="buffer">The room; at least as large as what <see cref="Take"/> asks for.</param>
internal ref struct DigestInput(Span<byte> buffer)
{
    private const int TextBytesMax = 192;

    [ThreadStatic]
    private static XxHash128? _shared;

    private readonly Span<byte> _buffer = buffer;
    private int _length;
    private XxHash128? _hash;

    /// <summary>Room for bytes of a known number, to be written at once.</summary>
    public Span<byte> Take(int count)
    {
        if (count > _buffer.Length - _length)
        {
            Flush();
        }

        Span<byte> taken = _buffer.Slice(_length, count);
        _length += count;
        return taken;
    }

    /// <summary>Appends a string in UTF-8, led by its length, so that no two inputs share a byte string.</summary>
    public void AppendText(string text)
    {
        int count = Encoding.UTF8.GetByteCount(text);
        if (count > TextBytesMax)
        {
            AppendPart(Encoding.UTF8.GetBytes(text));
            return;
        }

        Span<byte> room = Take(sizeof(int) + count);
        BinaryPrimitives.WriteInt32LittleEndian(room, count);
        Encoding.UTF8.GetBytes(text, room[sizeof(int)..]);
    }

    /// <summary>Appends bytes, led by their length.</summary>
    public void AppendPart(ReadOnlySpan<byte> bytes)
    {
        BinaryPrimitives.WriteInt32LittleEndian(Take(sizeof(int)), bytes.Length);
        if (bytes.Length <= _buffer.Length - _length)
        {
            bytes.CopyTo(_buffer[_length..]);
            _length += bytes.Length;
            return;
        }

        Flush();
        _hash!.Append(bytes);
    }

    /// <summary>The hash of all that was appended.</summary>
    public UInt128 Finish()
    {
        if (_hash is null)
        {
            return XxHash128.HashToUInt128(_buffer[.._length]);
        }

        _hash.Append(_buffer[.._length]);
        return _hash.GetCurrentHashAsUInt128();
    }

    private void Flush()
    {
        if (_hash is null)
        {
            _hash = _shared ??= new XxHash128();
            _hash.Reset();
        }

        _hash.Append(_buffer[.._length]);
        _length = 0;
    }
}
