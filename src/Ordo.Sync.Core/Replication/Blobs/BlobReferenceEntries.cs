using System.Buffers.Binary;
using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Replication.Blobs;

/// <summary>How the entries of a <see cref="BlobReferenceIndex"/> are called, and what stands in them.</summary>
internal static class BlobReferenceEntries
{
    /// <summary>The name of a record.</summary>
    public static string NameOf(string scope, RecordKey key) => $"{BlobEntries.ScopePrefix(scope)}{key.Collection}/{key.Key}";

    /// <summary>The record whose reference an entry is.</summary>
    /// <exception cref="Errors.SyncException">The entry's name is damaged.</exception>
    public static (string Scope, RecordKey Key) RecordOf(string entryKey) =>
        StoredForm.ReadName(entryKey, "a blob and a record", static name =>
        {
            (string scope, string record) = BlobEntries.SplitScope(name.AsSpan(ContentHash.TextLength + 1));
            return (scope, StoredForm.ReadRecordName(record));
        });

    /// <summary>The reference that an entry is.</summary>
    /// <exception cref="Errors.SyncException">The entry's name is damaged.</exception>
    public static BlobReference Parse(LocalEntry entry) =>
        new(RecordOf(entry.Key).Scope, BlobEntries.BlobIn(entry.Key), BlobEntries.Number(entry.Value, 0));

    /// <summary>Notes which blobs a record refers to.</summary>
    public static async ValueTask SetReferringAsync(
        IStoreTransaction transaction, string name, HashSet<BlobId> blobs, CancellationToken cancellationToken)
    {
        if (blobs.Count == 0)
        {
            await transaction.RemoveLocalAsync(BlobEntries.ReferringRecords, name, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await transaction.SetLocalAsync(
                BlobEntries.ReferringRecords, name, EncodeIds(blobs), cancellationToken).ConfigureAwait(false);
        }
    }

    private static byte[] EncodeIds(HashSet<BlobId> ids)
    {
        BlobId[] all = [.. ids];
        var bytes = new byte[all.Length * ContentHash.SizeBytes];
        for (int i = 0; i < all.Length; i++)
        {
            all[i].Hash.Write(bytes.AsSpan(i * ContentHash.SizeBytes));
        }

        return bytes;
    }

    public static HashSet<BlobId> DecodeIds(ReadOnlyMemory<byte>? value)
    {
        var ids = new HashSet<BlobId>();
        ReadOnlySpan<byte> bytes = value is { } stored ? stored.Span : default;
        for (; bytes.Length >= ContentHash.SizeBytes; bytes = bytes[ContentHash.SizeBytes..])
        {
            ids.Add(new BlobId(ContentHash.Read(bytes[..ContentHash.SizeBytes])));
        }

        return ids;
    }

    /// <summary>Knowledge, in the store's own replica indexes: the entry never leaves it.</summary>
    public static byte[] Encode(VersionVector vector)
    {
        var bytes = new byte[vector.Count * (sizeof(int) + sizeof(long))];
        Span<byte> rest = bytes;
        foreach (Dot dot in vector.Entries)
        {
            BinaryPrimitives.WriteInt32LittleEndian(rest, dot.ReplicaIndex);
            BinaryPrimitives.WriteInt64LittleEndian(rest[sizeof(int)..], dot.Counter);
            rest = rest[(sizeof(int) + sizeof(long))..];
        }

        return bytes;
    }

    /// <exception cref="Errors.SyncException">The bytes are damaged.</exception>
    public static VersionVector Decode(ReadOnlyMemory<byte>? value) => value is { } stored
        ? StoredForm.Decode(stored, "how far references to blobs were looked for", static stored =>
        {
            var dots = new Dot[stored.Length / (sizeof(int) + sizeof(long))];
            for (int i = 0; i < dots.Length; i++)
            {
                ReadOnlySpan<byte> at = stored.Span[(i * (sizeof(int) + sizeof(long)))..];
                dots[i] = new Dot(
                    BinaryPrimitives.ReadInt32LittleEndian(at), BinaryPrimitives.ReadInt64LittleEndian(at[sizeof(int)..]));
            }

            return VersionVector.Of(dots);
        })
        : VersionVector.Empty;
}
