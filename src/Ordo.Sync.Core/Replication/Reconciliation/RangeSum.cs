using Ordo.Sync.Records;

namespace Ordo.Sync.Replication.Reconciliation;

/// <summary>What the records of a key range come to. A value that grows record by record.</summary>
/// <param name="Count">The records with a share in the digest.</param>
/// <param name="Sum">The sum of their shares modulo 2^128.</param>
/// <param name="LiveCount">The records that count as live; see <see cref="ScopeState.LiveCount"/>.</param>
internal readonly record struct RangeSum(int Count, UInt128 Sum, long LiveCount)
{
    /// <summary>This sum with a record more.</summary>
    public RangeSum With(UInt128 share, bool isLive) =>
        new(Count + (share == UInt128.Zero ? 0 : 1), unchecked(Sum + share), LiveCount + (isLive ? 1 : 0));

    /// <summary>This sum with those of another range.</summary>
    public RangeSum With(RangeSum other) =>
        new(Count + other.Count, unchecked(Sum + other.Sum), LiveCount + other.LiveCount);

    /// <summary>Whether a record counts as live in its scope.</summary>
    public static bool IsLive(StoredRecord record) =>
        record.GreatestContent is { IsTombstone: false } && !SystemCollections.Contains(record.Key.Collection);
}
