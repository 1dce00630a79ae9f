using System.Collections.Immutable;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Reconciliation;

/// <summary>
/// Computes the fingerprints of key ranges from the records themselves, not from anything kept beside them: so what was altered
/// behind the store's back is found too. One pass over the ranges in key order, in bounded memory.
/// </summary>
/// <remarks>Range-based set reconciliation (Meyer 2023), with sums as fingerprints.</remarks>
internal sealed class RangeReconciler(IStoreSnapshot snapshot, string scope, int recordsMax)
{
    private readonly ImmutableArray<PartDifference>.Builder _differences = ImmutableArray.CreateBuilder<PartDifference>();
    private int _readCount;

    /// <summary>Compares parts as the asking side sees them with what stands here.</summary>
    /// <param name="after">Where the first part begins.</param>
    /// <param name="parts">The parts. More records in one part than may be read count as a difference.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async ValueTask<RangeComparison> CompareAsync(
        RecordKey? after, ImmutableArray<RangePart> parts, CancellationToken cancellationToken)
    {
        var total = default(RangeSum);
        bool isWhole = after is null && parts[^1].UpTo is null;
        int unreadable = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            RangePart part = parts[i];
            if (part.IsGap)
            {
                isWhole = false;
                after = part.UpTo;
                continue;
            }

            var walk = new RecordWalk(snapshot, scope, new KeyRange(after, part.UpTo));
            (RangeSum here, bool isRead) = await SumAsync(walk, cancellationToken).ConfigureAwait(false);
            if (!isRead && i > 0)
            {
                return new RangeComparison(i, _differences.ToImmutable(), total, IsWhole: false, unreadable);
            }

            if (!isRead || here.Count != part.Count || here.Sum != part.Sum)
            {
                _differences.Add(new PartDifference(i, here.Count, here.Sum));
            }

            if (!isRead)
            {
                // Nothing was compared before: that this one part holds more than may be read is an answer too.
                return new RangeComparison(1, _differences.ToImmutable(), total, IsWhole: false, unreadable);
            }

            total = total.With(here);
            unreadable += walk.UnreadableCount;
            after = part.UpTo;
        }

        return new RangeComparison(parts.Length, _differences.ToImmutable(), total, isWhole, unreadable);
    }

    private async ValueTask<(RangeSum Sum, bool IsRead)> SumAsync(RecordWalk walk, CancellationToken cancellationToken)
    {
        var sum = default(RangeSum);
        while (await walk.MoveNextAsync(cancellationToken).ConfigureAwait(false))
        {
            if (++_readCount > recordsMax)
            {
                return (sum, false);
            }

            sum = sum.With(walk.Share, walk.Record is { } record && RangeSum.IsLive(record));
        }

        return (sum, true);
    }
}
