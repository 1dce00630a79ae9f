using System.Buffers.Binary;
using System.IO.Hashing;
using Ordo.Sync.Errors;

namespace Ordo.Sync.Faster.Files;

/// <summary>
/// The first bytes of every durable file of a store: what it is, which format it has, which store it belongs to, and where in the
/// store's history it begins.
/// </summary>
/// <param name="Kind">What the file holds.</param>
/// <param name="StoreId">128 random bits drawn when the store was made: files of two stores cannot be mixed.</param>
/// <param name="Sequence">The first commit of a segment of the log, the last commit of a checkpoint.</param>
internal readonly record struct FileHead(FileKind Kind, UInt128 StoreId, long Sequence)
{
    /// <summary>The bytes of a head.</summary>
    public const int SizeBytes = 48;

    /// <summary>The newest format that this code reads, and the one it writes.</summary>
    public const int FormatVersion = 1;

    private const uint Magic = 0x7346_6f4f; // "OoFs", little-endian
    private const int VersionAt = 4;
    private const int KindAt = 8;
    private const int StoreAt = 16;
    private const int SequenceAt = 32;
    private const int HashAt = 40;

    /// <summary>What checksums of the store's frames begin with, so that another store's frame is no frame here.</summary>
    public long Salt => (long)(ulong)StoreId;

    public void Write(IStoreFile file)
    {
        Span<byte> bytes = stackalloc byte[SizeBytes];
        bytes.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[VersionAt..], FormatVersion);
        bytes[KindAt] = (byte)Kind;
        BinaryPrimitives.WriteUInt128LittleEndian(bytes[StoreAt..], StoreId);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[SequenceAt..], Sequence);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[HashAt..], XxHash3.HashToUInt64(bytes[..HashAt]));
        file.Write(0, bytes);
    }

    /// <summary>Reads the head of a file.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or that of a file of another kind.</exception>
    /// <exception cref="SyncException">The file has a newer format.</exception>
    public static FileHead Read(string store, IStoreFile file, FileKind kind)
    {
        Span<byte> bytes = stackalloc byte[SizeBytes];
        int read = file.Read(0, bytes);
        if (read < VersionAt + sizeof(int) || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic)
        {
            throw new InvalidDataException($"the file '{file.Name}' does not begin as a store's");
        }

        // The version before all else: a newer format may have another head.
        int version = BinaryPrimitives.ReadInt32LittleEndian(bytes[VersionAt..]);
        if (version > FormatVersion)
        {
            throw new SyncException(
                SyncErrorCode.StoreTooNew,
                $"The store '{store}' has format {version}; this version of Ordo.Sync.Faster reads up to {FormatVersion}.",
                "Install the version that wrote it, or a newer one.");
        }

        if (read < SizeBytes || version < 1 || bytes[KindAt] != (byte)kind
            || BinaryPrimitives.ReadUInt64LittleEndian(bytes[HashAt..]) != XxHash3.HashToUInt64(bytes[..HashAt]))
        {
            throw new InvalidDataException($"the head of the file '{file.Name}' is damaged");
        }

        return new FileHead(
            kind,
            BinaryPrimitives.ReadUInt128LittleEndian(bytes[StoreAt..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[SequenceAt..]));
    }
}
