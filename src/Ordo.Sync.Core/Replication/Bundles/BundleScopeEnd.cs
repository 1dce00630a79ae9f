using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Replication.Codec;

namespace Ordo.Sync.Replication.Bundles;

/// <summary>What ends the pages of a scope.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="PageCount">Its pages.</param>
/// <param name="RecordCount">The records in them.</param>
/// <param name="Hash">SHA-256 over the bundle's identity, the scope, and the SHA-256 of each page in order, and the generation, where it
/// is not the first.</param>
/// <param name="Signer">The public key (X.509 SubjectPublicKeyInfo) of who signed it; empty where nobody did.</param>
/// <param name="Signature">The signature of the hash: ECDSA, in the form of IEEE P1363.</param>
internal sealed record BundleScopeEnd(
    string Scope, int PageCount, long RecordCount, byte[] Hash, byte[] Signer, byte[] Signature)
{
    private const int PagesMax = 1_000_000;
    private const int SignerBytesMax = 1024;

    /// <summary>The generation of the scope that the pages are of; empty in the first.</summary>
    public ReplicaId Generation { get; init; }

    /// <summary>The hash of a scope's pages.</summary>
    public static byte[] HashOf(
        UInt128 bundle, string scope, ReplicaId generation, IReadOnlyList<byte[]> pageHashes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(number, bundle);
        hash.AppendData(number);
        byte[] name = Encoding.UTF8.GetBytes(scope);
        BinaryPrimitives.WriteInt32LittleEndian(number, name.Length);
        hash.AppendData(number[..4]);
        hash.AppendData(name);
        foreach (byte[] page in pageHashes)
        {
            hash.AppendData(page);
        }

        if (!generation.IsEmpty)
        {
            hash.AppendData(generation.ToByteArray());
        }

        return hash.GetHashAndReset();
    }

    public byte[] ToBytes()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(Generation.IsEmpty ? 6 : 7);
        writer.Write(Scope);
        writer.Write(PageCount);
        writer.Write(RecordCount);
        writer.Write(Hash);
        writer.Write(Signer);
        writer.Write(Signature);
        WireFormat.WriteGeneration(ref writer, Generation);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    /// <exception cref="Errors.SyncException">The bytes are malformed.</exception>
    public static BundleScopeEnd Read(ReadOnlyMemory<byte> bytes) => WireFormat.Decode(bytes, "bundle", static bytes =>
    {
        var reader = new MessagePackReader(bytes);
        int count = reader.ReadArrayHeader();
        if (count < 6)
        {
            throw new MessagePackSerializationException($"{count} elements, at least 6 expected.");
        }

        string scope = MessageChecks.Scope(reader.ReadString());
        int pages = reader.ReadInt32();
        long records = reader.ReadInt64();
        byte[] hash = WireFormat.ReadBytes(ref reader, bytes).ToArray();
        byte[] signer = WireFormat.ReadBytes(ref reader, bytes).ToArray();
        byte[] signature = WireFormat.ReadBytes(ref reader, bytes).ToArray();
        ReplicaId generation = WireFormat.ReadGenerationAndTail(ref reader, count - 6);
        return pages is >= 1 and <= PagesMax && hash.Length == SHA256.HashSizeInBytes
            && signer.Length <= SignerBytesMax && signature.Length <= SignerBytesMax
            ? new BundleScopeEnd(scope, pages, records, hash, signer, signature) { Generation = generation }
            : throw new MessagePackSerializationException("the end of a scope's pages is out of its limits.");
    });

    /// <summary>Whether the signature is that of the signer named. Says nothing about whether to trust that one.</summary>
    public bool IsSignedRightly()
    {
        if (Signer.Length == 0)
        {
            return false;
        }

        try
        {
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(Signer, out _);
            return key.VerifyHash(Hash, Signature);
        }
        catch (CryptographicException)
        {
            // Not a key, or not a signature.
            return false;
        }
    }
}
