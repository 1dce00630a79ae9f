using Ordo.Sync.Records;

namespace Ordo.Sync.Replication.Messages;

/// <summary>A part of a key range, as the asking side sees it. It begins where the part before it ends.</summary>
/// <param name="UpTo">Its last key; <see langword="null"/> for the end of the keys.</param>
/// <param name="Count">The records in it that have a share in the digest.</param>
/// <param name="Sum">The sum of their shares modulo 2^128; see <see cref="RecordDigest"/>.</param>
public readonly record struct RangePart(RecordKey? UpTo, int Count, UInt128 Sum)
{
    /// <summary>Whether nothing is asked about the part: a gap between those that are.</summary>
    public bool IsGap { get; init; }

    /// <summary>A gap up to a key.</summary>
    public static RangePart Gap(RecordKey upTo) => new(upTo, 0, UInt128.Zero) { IsGap = true };
}
