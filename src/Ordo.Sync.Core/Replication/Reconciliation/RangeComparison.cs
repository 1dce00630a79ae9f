using System.Collections.Immutable;
using Ordo.Sync.Replication.Messages;

namespace Ordo.Sync.Replication.Reconciliation;

/// <summary>What a comparison of key ranges came to.</summary>
/// <param name="ComparedCount">The parts that were compared.</param>
/// <param name="Differences">Those that differ.</param>
/// <param name="Total">What stands here, over all parts compared.</param>
/// <param name="IsWhole">Whether they cover every key.</param>
/// <param name="UnreadableCount">The records here that cannot be read.</param>
internal sealed record RangeComparison(
    int ComparedCount,
    ImmutableArray<PartDifference> Differences,
    RangeSum Total,
    bool IsWhole,
    int UnreadableCount);
