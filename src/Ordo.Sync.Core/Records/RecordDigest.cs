using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using Ordo.Sync.Causality;

namespace Ordo.Sync.Records;

/// <summary>
/// A record's share of its scope's digest: H128(key, live dots by global id, content, fingerprint of the conflict-free state). Shares add up modulo 2^128, so a
/// scope's digest is kept incrementally, and equal knowledge without exceptions implies equal digests.
/// </summary>
/// <remarks>
/// Tombstones have no share: replicas collect them at different times, also from beside an edit that another replica made
/// meanwhile. The hash is XXH128: it finds faults and bugs; it is no defence against somebody who forges content.
/// </remarks>
public static class RecordDigest
{
    private const int HeadBytes = ReplicaId.SizeBytes + sizeof(long) + sizeof(ulong);
    private const int AuthorLengthMax = 32;

    [ThreadStatic]
    private static XxHash128? _hash;

    /// <summary>The share of a record whose dots are in the indexes of <paramref name="replicas"/>.</summary>
    public static UInt128 Of(StoredRecord record, ReplicaTable replicas)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(replicas);
        if (!HasLive(record))
        {
            return UInt128.Zero;
        }

        XxHash128 hash = _hash ??= new XxHash128();
        hash.Reset();
        Append(hash, record.Key.Collection);
        Append(hash, record.Key.Key);
        foreach (RecordVersion version in record.Versions)
        {
            if (!version.IsTombstone || version.IsCarrier)
            {
                Append(hash, version, replicas);
            }
        }

        Append(hash, FingerprintOf(record.ConflictFree.Span));
        return hash.GetCurrentHashAsUInt128();
    }

    // What leads the stored state stands for its elements: the removals that follow are forgotten at different times.
    private static ReadOnlySpan<byte> FingerprintOf(ReadOnlySpan<byte> conflictFree)
    {
        if (conflictFree.Length < ConflictFreeFingerprint.SizeBytes)
        {
            return conflictFree;
        }

        ReadOnlySpan<byte> fingerprint = conflictFree[..ConflictFreeFingerprint.SizeBytes];
        return fingerprint.ContainsAnyExcept((byte)0) ? fingerprint : default;
    }

    private static bool HasLive(StoredRecord record)
    {
        foreach (RecordVersion version in record.Versions)
        {
            if (!version.IsTombstone || version.IsCarrier)
            {
                return true;
            }
        }

        return false;
    }

    // The small parts go together: most of the time goes into the calls.
    private static void Append(XxHash128 hash, RecordVersion version, ReplicaTable replicas)
    {
        Span<byte> head = stackalloc byte[HeadBytes + (AuthorLengthMax * 3) + (2 * sizeof(int))];
        replicas[version.Dot.ReplicaIndex].Write(head);
        BinaryPrimitives.WriteInt64LittleEndian(head[ReplicaId.SizeBytes..], version.Dot.Counter);
        BinaryPrimitives.WriteUInt64LittleEndian(head[(ReplicaId.SizeBytes + sizeof(long))..], version.Timestamp.Value);
        int length = HeadBytes;
        if (version.Author.Length > AuthorLengthMax)
        {
            hash.Append(head[..length]);
            Append(hash, version.Author);
            length = 0;
        }
        else
        {
            int author = Encoding.UTF8.GetBytes(version.Author, head[(length + sizeof(int))..]);
            BinaryPrimitives.WriteInt32LittleEndian(head[length..], author);
            length += sizeof(int) + author;
        }

        BinaryPrimitives.WriteInt32LittleEndian(head[length..], version.Payload.Length);
        length += sizeof(int);
        hash.Append(head[..length]);
        hash.Append(version.Payload.Span);
        Append(hash, version.Annotations.Span);
    }

    // Every part is led by its length, so that no two records share a byte string.
    private static void Append(XxHash128 hash, string text)
    {
        Span<byte> buffer = stackalloc byte[192];
        int count = Encoding.UTF8.GetByteCount(text);
        Span<byte> bytes = count <= buffer.Length ? buffer[..count] : new byte[count];
        Encoding.UTF8.GetBytes(text, bytes);
        Append(hash, bytes);
    }

    private static void Append(XxHash128 hash, ReadOnlySpan<byte> bytes)
    {
        int length = bytes.Length;
        hash.Append(MemoryMarshal.AsBytes(new ReadOnlySpan<int>(ref length)));
        if (length > 0)
        {
            hash.Append(bytes);
        }
    }
}
