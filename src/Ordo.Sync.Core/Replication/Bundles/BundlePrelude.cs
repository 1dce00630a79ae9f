using System.Buffers.Binary;
using System.IO.Hashing;
using Ordo.Sync.Errors;

namespace Ordo.Sync.Replication.Bundles;

/// <summary>What a bundle begins with: what it is, its identity, and how its key is made.</summary>
/// <param name="Bundle">Its identity, random.</param>
/// <param name="Salt">16 random bytes, for the key.</param>
/// <param name="IsEncrypted">Whether frames are encrypted.</param>
/// <param name="Iterations">The rounds that make a key of a passphrase; 0 for a key.</param>
internal sealed record BundlePrelude(UInt128 Bundle, byte[] Salt, bool IsEncrypted, int Iterations)
{
    public const int SizeBytes = 8 + 2 + 2 + 16 + SaltBytes + 4 + 8;

    public const int SaltBytes = 16;

    private const int IterationsMax = 10_000_000;
    private const ushort Version = 1;

    private static ReadOnlySpan<byte> Magic => "ORDOBNDL"u8;

    public byte[] ToBytes()
    {
        var bytes = new byte[SizeBytes];
        Span<byte> left = bytes;
        Magic.CopyTo(left);
        BinaryPrimitives.WriteUInt16LittleEndian(left[8..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(left[10..], IsEncrypted ? (ushort)1 : (ushort)0);
        BinaryPrimitives.WriteUInt128BigEndian(left[12..], Bundle);
        Salt.CopyTo(left[28..]);
        BinaryPrimitives.WriteInt32LittleEndian(left[44..], Iterations);
        BinaryPrimitives.WriteUInt64LittleEndian(left[48..], XxHash3.HashToUInt64(left[..48]));
        return bytes;
    }

    /// <summary>Reads it from where a file begins.</summary>
    /// <exception cref="SyncException">The file does not begin like a bundle that this version reads.</exception>
    public static async ValueTask<BundlePrelude> ReadAsync(Stream input, CancellationToken cancellationToken)
    {
        if (!input.CanSeek)
        {
            throw new ArgumentException("A bundle is read twice: give a file, not a pipe.", nameof(input));
        }

        input.Position = 0;
        var bytes = new byte[SizeBytes];
        int read = await input.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken)
            .ConfigureAwait(false);
        return Read(bytes.AsSpan(0, read));
    }

    /// <exception cref="SyncException">The bytes are not the beginning of a bundle that this version reads.</exception>
    public static BundlePrelude Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < SizeBytes || !bytes[..8].SequenceEqual(Magic))
        {
            throw new SyncException(SyncErrorCode.Malformed, "This is not a bundle.", "Name a file that 'export' wrote.");
        }

        if (BinaryPrimitives.ReadUInt64LittleEndian(bytes[48..]) != XxHash3.HashToUInt64(bytes[..48]))
        {
            throw new SyncException(
                SyncErrorCode.Malformed, "The beginning of the bundle is damaged.", "Copy the bundle again.");
        }

        ushort version = BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]);
        int iterations = BinaryPrimitives.ReadInt32LittleEndian(bytes[44..]);
        if (version != Version)
        {
            throw new SyncException(
                SyncErrorCode.ProtocolVersion, $"The bundle has version {version}; this library reads {Version}.", "Update the app.");
        }

        return iterations is >= 0 and <= IterationsMax
            ? new BundlePrelude(
                BinaryPrimitives.ReadUInt128BigEndian(bytes[12..]),
                bytes.Slice(28, SaltBytes).ToArray(),
                (BinaryPrimitives.ReadUInt16LittleEndian(bytes[10..]) & 1) != 0,
                iterations)
            : throw new SyncException(SyncErrorCode.Malformed, $"The bundle asks for {iterations} rounds to make its key.");
    }
}
