using System.Buffers.Binary;
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
    // Most records fit, and a hash in one call costs half of one in parts.
    private const int BufferBytes = 512;

    /// <summary>The share of a record whose dots are in the indexes of <paramref name="replicas"/>.</summary>
    public static UInt128 Of(StoredRecord record, ReplicaTable replicas)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(replicas);
        if (!HasLive(record))
        {
            return UInt128.Zero;
        }

        var hash = new DigestInput(stackalloc byte[BufferBytes]);
        hash.AppendText(record.Key.Collection);
        hash.AppendText(record.Key.Key);
        foreach (RecordVersion version in record.Versions)
        {
            if (!version.IsTombstone || version.IsCarrier)
            {
                Append(ref hash, version, replicas);
            }
        }

        hash.AppendPart(FingerprintOf(record.ConflictFree.Span));
        return hash.Finish();
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

    private static void Append(ref DigestInput hash, RecordVersion version, ReplicaTable replicas)
    {
        Span<byte> head = hash.Take(ReplicaId.SizeBytes + sizeof(long) + sizeof(ulong));
        replicas[version.Dot.ReplicaIndex].Write(head);
        BinaryPrimitives.WriteInt64LittleEndian(head[ReplicaId.SizeBytes..], version.Dot.Counter);
        BinaryPrimitives.WriteUInt64LittleEndian(head[(ReplicaId.SizeBytes + sizeof(long))..], version.Timestamp.Value);
        hash.AppendText(version.Author);
        hash.AppendPart(version.Payload.Span);
        hash.AppendPart(version.Annotations.Span);
    }
}
