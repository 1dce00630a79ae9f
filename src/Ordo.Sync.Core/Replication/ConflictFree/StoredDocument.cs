using System.IO.Hashing;
using Ordo.Sync.Causality;
using Ordo.Sync.Crdt;
using Ordo.Sync.Crdt.Encoding;
using Ordo.Sync.Records;

namespace Ordo.Sync.Replication.ConflictFree;

/// <summary>
/// The form in which a record keeps its conflict-free state: the fingerprint of what is alive in it, then the document with its
/// removals. Replicas forget removals at different times; equal knowledge makes equal fingerprints all the same.
/// </summary>
internal static class StoredDocument
{
    /// <summary>What a record may hold: a message could not carry more.</summary>
    public static CrdtLimits Limits { get; } = new() { BytesMax = ProtocolLimits.RecordBytesMax };

    /// <summary>The bytes to store; empty where the document is.</summary>
    public static ReadOnlyMemory<byte> Encode(CrdtDocument document)
    {
        if (document.IsEmpty)
        {
            return default;
        }

        byte[] bytes = document.EncodeBehind(ConflictFreeFingerprint.SizeBytes);
        if (!document.HasSequence)
        {
            XxHash128.Hash(bytes.AsSpan(ConflictFreeFingerprint.SizeBytes), bytes);
        }
        else if (document.IsPresent)
        {
            XxHash128.Hash(document.EncodeCanonical(), bytes);
        }

        return bytes;
    }

    /// <summary>The bytes to store of a document that one write makes.</summary>
    public static ReadOnlyMemory<byte> OfFirst(
        ReplicaId replica, ReadOnlySpan<FirstElement> elements, HybridTimestamp timestamp)
    {
        byte[] bytes = FirstDocument.Encode(ConflictFreeFingerprint.SizeBytes, replica, elements, timestamp);
        XxHash128.Hash(bytes.AsSpan(ConflictFreeFingerprint.SizeBytes), bytes);
        return bytes;
    }

    /// <summary>The bytes to store of a document that is encoded already and has no text or list in it.</summary>
    public static ReadOnlyMemory<byte> Of(ReadOnlySpan<byte> document)
    {
        var bytes = new byte[ConflictFreeFingerprint.SizeBytes + document.Length];
        document.CopyTo(bytes.AsSpan(ConflictFreeFingerprint.SizeBytes));
        XxHash128.Hash(document, bytes);
        return bytes;
    }

    /// <summary>Reads what was stored, or an empty document where nothing was.</summary>
    /// <exception cref="CrdtFormatException">The bytes are damaged.</exception>
    public static CrdtDocument Decode(ReadOnlyMemory<byte> stored) =>
        stored.IsEmpty ? new CrdtDocument() : CrdtDocument.Decode(Document(stored), Limits);

    /// <summary>The document's own bytes, as they travel.</summary>
    public static ReadOnlyMemory<byte> Document(ReadOnlyMemory<byte> stored) =>
        stored.Length > ConflictFreeFingerprint.SizeBytes
            ? stored[ConflictFreeFingerprint.SizeBytes..]
            : throw new CrdtFormatException($"A record's conflict-free state has {stored.Length} bytes.");
}
