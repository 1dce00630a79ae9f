using System.Buffers.Binary;
using System.Globalization;

namespace Ordo.Sync.Conflicts.Notes;

/// <summary>The SHA-256 of a version's content: what names the version in a lineage.</summary>
/// <param name="High">The first 16 bytes.</param>
/// <param name="Low">The last 16 bytes.</param>
public readonly record struct ContentHash(UInt128 High, UInt128 Low)
{
    /// <summary>The bytes of a hash: 32.</summary>
    public const int SizeBytes = 32;

    /// <summary>Reads 32 bytes.</summary>
    public static ContentHash Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt128BigEndian(bytes), BinaryPrimitives.ReadUInt128BigEndian(bytes[16..]));

    /// <summary>Writes 32 bytes.</summary>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt128BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt128BigEndian(bytes[16..], Low);
    }

    /// <summary>64 hexadecimal digits.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{High:x32}{Low:x32}");
}
