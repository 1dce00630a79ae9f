using System.Buffers.Binary;
using System.IO.Hashing;

namespace Ordo.Sync.Faster.Log;

/// <summary>
/// What leads a frame: checksum, kind, length, its place in the sequence, and up to which frame everything was known to be on the
/// disk when this one was written. The last tells a tail that a power cut tore from damage to what was durable.
/// </summary>
/// <param name="Kind">What the frame is.</param>
/// <param name="Length">The bytes of its payload.</param>
/// <param name="Sequence">Its number, one more than that of the frame before.</param>
/// <param name="DurableThrough">The last frame that was flushed when this one was written; 0 where none was.</param>
internal readonly record struct FrameHead(FrameKind Kind, int Length, long Sequence, long DurableThrough)
{
    /// <summary>The bytes of a head.</summary>
    public const int SizeBytes = 40;

    /// <summary>The longest payload: 1 GiB.</summary>
    public const int LengthMax = 1024 * 1024 * 1024;

    /// <summary>What a frame begins with, behind its checksum.</summary>
    public const uint Magic = 0x3172_464f; // "OFr1", little-endian

    /// <summary>Where the magic number stands.</summary>
    public const int MagicAt = 8;

    private const int KindAt = 12;
    private const int LengthAt = 16;
    private const int SequenceAt = 24;
    private const int DurableAt = 32;

    /// <summary>Fills in the head of a frame whose payload stands behind it.</summary>
    public void Seal(Span<byte> frame, long salt)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(frame[MagicAt..], Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[KindAt..], (uint)Kind);
        BinaryPrimitives.WriteInt64LittleEndian(frame[LengthAt..], Length);
        BinaryPrimitives.WriteInt64LittleEndian(frame[SequenceAt..], Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(frame[DurableAt..], DurableThrough);
        BinaryPrimitives.WriteUInt64LittleEndian(frame, XxHash3.HashToUInt64(frame[MagicAt..], salt));
    }

    /// <summary>Reads a head, or returns <see langword="false"/> where there is none that could be one.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out FrameHead head)
    {
        head = default;
        if (bytes.Length < SizeBytes || BinaryPrimitives.ReadUInt32LittleEndian(bytes[MagicAt..]) != Magic)
        {
            return false;
        }

        long length = BinaryPrimitives.ReadInt64LittleEndian(bytes[LengthAt..]);
        if (length is < 0 or > LengthMax)
        {
            return false;
        }

        head = new FrameHead(
            (FrameKind)BinaryPrimitives.ReadUInt32LittleEndian(bytes[KindAt..]),
            (int)length,
            BinaryPrimitives.ReadInt64LittleEndian(bytes[SequenceAt..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[DurableAt..]));
        return true;
    }

    /// <summary>Whether a whole frame has the checksum it says.</summary>
    public static bool IsIntact(ReadOnlySpan<byte> frame, long salt) =>
        BinaryPrimitives.ReadUInt64LittleEndian(frame) == XxHash3.HashToUInt64(frame[MagicAt..], salt);
}
