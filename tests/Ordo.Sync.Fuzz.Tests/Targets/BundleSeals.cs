using System.Buffers.Binary;
using System.IO.Hashing;
using Ordo.Sync.Replication.Bundles;

namespace Ordo.Sync.Fuzz.Tests.Targets;

/// <summary>The checks of a bundle's beginning and frames, made right again after a change: else no changed frame would ever be opened.</summary>
internal static class BundleSeals
{
    private const int HashedBytes = 48;
    private const int BundleAt = 12;
    private const int LengthAt = 9;
    private const int HeadCheckAt = 13;

    /// <summary>Seals the beginning and each frame behind it, as far as there are any.</summary>
    public static void Renew(byte[] bundle)
    {
        if (bundle.Length < BundlePrelude.SizeBytes)
        {
            return;
        }

        BinaryPrimitives.WriteUInt64LittleEndian(bundle.AsSpan(HashedBytes), XxHash3.HashToUInt64(bundle.AsSpan(0, HashedBytes)));
        UInt128 name = BinaryPrimitives.ReadUInt128BigEndian(bundle.AsSpan(BundleAt));
        Span<byte> rest = bundle.AsSpan(BundlePrelude.SizeBytes);
        while (rest.Length >= BundleFrameHead.SizeBytes && rest.StartsWith(BundleFrameHead.Marker)
            && BinaryPrimitives.ReadInt32LittleEndian(rest[LengthAt..]) is >= 0 and var length
            && rest.Length - BundleFrameHead.SizeBytes - BundleFrameHead.CheckBytes >= length)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(
                rest[HeadCheckAt..], (uint)BundleFrameHead.Check(name, rest[..HeadCheckAt]));
            Span<byte> body = rest.Slice(BundleFrameHead.SizeBytes, length);
            rest = rest[(BundleFrameHead.SizeBytes + length)..];
            BinaryPrimitives.WriteUInt64LittleEndian(rest, BundleFrameHead.Check(name, body));
            rest = rest[BundleFrameHead.CheckBytes..];
        }
    }
}
