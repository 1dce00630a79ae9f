using System.Buffers.Binary;
using System.IO.Hashing;

namespace Ordo.Sync.Faster.Values;

/// <summary>
/// The form of a value in FASTER, or of a piece of a long one: checksum, place, length of the whole value, owner, bytes. FASTER
/// gives back whatever its file holds, so each piece proves itself whenever it is read.
/// </summary>
/// <param name="Index">The piece's place in its value, from 0.</param>
/// <param name="TotalBytes">The bytes of the whole value.</param>
/// <param name="Owner">What the value belongs to, encoded.</param>
/// <param name="Bytes">The piece's part of the value.</param>
internal readonly record struct ValuePiece(
    int Index, int TotalBytes, ReadOnlyMemory<byte> Owner, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The longest part of a value in one piece: a record of FASTER must fit a page with room to spare.</summary>
    public const int BytesMax = 32 * 1024;

    /// <summary>The bytes a piece adds to its part of the value and its owner.</summary>
    public const int HeadBytes = sizeof(ulong) + sizeof(int) + sizeof(int) + sizeof(ushort);

    private const int IndexAt = sizeof(ulong);
    private const int TotalAt = IndexAt + sizeof(int);
    private const int OwnerLengthAt = TotalAt + sizeof(int);

    /// <summary>How many pieces a value of so many bytes takes; each takes a number of its own.</summary>
    public static int CountFor(int totalBytes) => Math.Max(1, (totalBytes + BytesMax - 1) / BytesMax);

    /// <summary>Writes a piece into a buffer that has the room and returns its length.</summary>
    public static int Write(
        Span<byte> buffer, long number, int index, int totalBytes, ReadOnlySpan<byte> owner, ReadOnlySpan<byte> bytes)
    {
        int length = HeadBytes + owner.Length + bytes.Length;
        Span<byte> piece = buffer[..length];
        BinaryPrimitives.WriteInt32LittleEndian(piece[IndexAt..], index);
        BinaryPrimitives.WriteInt32LittleEndian(piece[TotalAt..], totalBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(piece[OwnerLengthAt..], checked((ushort)owner.Length));
        owner.CopyTo(piece[HeadBytes..]);
        bytes.CopyTo(piece[(HeadBytes + owner.Length)..]);
        BinaryPrimitives.WriteUInt64LittleEndian(piece, HashOf(number, piece));
        return length;
    }

    /// <summary>Reads the piece of a number, or returns <see langword="false"/> where the bytes are not what was written.</summary>
    public static bool TryRead(long number, ReadOnlyMemory<byte> stored, out ValuePiece piece)
    {
        ReadOnlySpan<byte> span = stored.Span;
        if (span.Length < HeadBytes || BinaryPrimitives.ReadUInt64LittleEndian(span) != HashOf(number, span))
        {
            piece = default;
            return false;
        }

        int owner = BinaryPrimitives.ReadUInt16LittleEndian(span[OwnerLengthAt..]);
        piece = new ValuePiece(
            BinaryPrimitives.ReadInt32LittleEndian(span[IndexAt..]),
            BinaryPrimitives.ReadInt32LittleEndian(span[TotalAt..]),
            stored.Slice(HeadBytes, owner),
            stored[(HeadBytes + owner)..]);
        return true;
    }

    // The number is part of it: the right bytes under the wrong number are damage too.
    private static ulong HashOf(long number, ReadOnlySpan<byte> piece) =>
        XxHash3.HashToUInt64(piece[sizeof(ulong)..], number);
}
