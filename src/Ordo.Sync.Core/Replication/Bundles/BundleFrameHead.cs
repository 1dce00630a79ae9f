using System.Buffers.Binary;
using System.IO.Hashing;

namespace Ordo.Sync.Replication.Bundles;

/// <summary>
/// What leads a frame. It has a check of its own, so that a damaged body costs one frame, and so that frames are found again
/// behind a stretch of damage.
/// </summary>
/// <param name="Kind">What it holds.</param>
/// <param name="Number">Its place in the bundle, from 0 on.</param>
/// <param name="Length">The bytes of its body.</param>
internal readonly record struct BundleFrameHead(BundleFrameKind Kind, uint Number, int Length)
{
    public const int SizeBytes = 4 + 1 + 4 + 4 + 4;

    /// <summary>The check that follows the body.</summary>
    public const int CheckBytes = 8;

    /// <summary>The longest body: a message, and what encryption adds.</summary>
    public const int LengthMax = ProtocolLimits.MessageBytesMax + 1024;

    /// <summary>What every frame begins with.</summary>
    public static ReadOnlySpan<byte> Marker => "OBF1"u8;

    public void Write(Span<byte> bytes, UInt128 bundle)
    {
        Marker.CopyTo(bytes);
        bytes[4] = (byte)Kind;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[5..], Number);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[9..], Length);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[13..], (uint)Check(bundle, bytes[..13]));
    }

    public static bool TryRead(ReadOnlySpan<byte> bytes, UInt128 bundle, out BundleFrameHead head)
    {
        head = default;
        if (!bytes.StartsWith(Marker)
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[13..]) != (uint)Check(bundle, bytes[..13]))
        {
            return false;
        }

        head = new BundleFrameHead(
            (BundleFrameKind)bytes[4],
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[5..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[9..]));
        return head.Length is >= 0 and <= LengthMax;
    }

    /// <summary>A check that binds bytes to their bundle: frames of another one do not pass.</summary>
    public static ulong Check(UInt128 bundle, params ReadOnlySpan<byte> bytes)
    {
        Span<byte> id = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(id, bundle);
        var hash = new XxHash3();
        hash.Append(id);
        hash.Append(bytes);
        return hash.GetCurrentHashAsUInt64();
    }
}
