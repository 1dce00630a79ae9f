using System.Buffers.Binary;

namespace Ordo.Sync.Replication.Session;

/// <summary>
/// Links of a lease chain: proposed ones are odd. Who refuses a push for good holds its link made even from then on: a late copy of
/// the push does not continue the chain any more, and who proposed the link still knows it.
/// </summary>
internal static class LeaseLink
{
    /// <summary>A link of 16 random bytes.</summary>
    public static UInt128 Of(ReadOnlySpan<byte> random) => BinaryPrimitives.ReadUInt128BigEndian(random) | UInt128.One;

    /// <summary>What is held of a link whose push was refused.</summary>
    public static UInt128 Refused(UInt128 proposed) => proposed & ~UInt128.One;
}
