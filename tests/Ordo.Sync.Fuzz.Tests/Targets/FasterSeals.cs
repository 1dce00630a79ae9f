using System.Buffers.Binary;
using System.IO.Hashing;
using Ordo.Sync.Faster.Files;
using Ordo.Sync.Faster.Log;

namespace Ordo.Sync.Fuzz.Tests.Targets;

/// <summary>
/// The checksums of a FASTER store's file, made right again after a change: else no changed operation would ever be carried out.
/// </summary>
internal static class FasterSeals
{
    private const int StoreAt = 16;
    private const int HashAt = 40;

    /// <summary>Seals the head of a file and each frame behind it, as far as there are any.</summary>
    public static void Renew(byte[] file)
    {
        if (file.Length < FileHead.SizeBytes)
        {
            return;
        }

        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(HashAt), XxHash3.HashToUInt64(file.AsSpan(0, HashAt)));
        long salt = (long)(ulong)BinaryPrimitives.ReadUInt128LittleEndian(file.AsSpan(StoreAt));
        Span<byte> rest = file.AsSpan(FileHead.SizeBytes);
        while (FrameHead.TryRead(rest, out FrameHead head) && rest.Length >= FrameHead.SizeBytes + head.Length)
        {
            int frame = FrameHead.SizeBytes + head.Length;
            head.Seal(rest[..frame], salt);
            rest = rest[frame..];
        }
    }
}
