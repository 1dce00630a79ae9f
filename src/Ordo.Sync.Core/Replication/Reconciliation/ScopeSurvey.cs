using System.Collections.Immutable;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Reconciliation;

/// <summary>Reads key ranges of a scope and cuts them into parts with fingerprints: what is sent to a peer to compare.</summary>
internal sealed class ScopeSurvey(IStoreSnapshot snapshot, string scope)
{
    private readonly ImmutableArray<RangePart>.Builder _parts = ImmutableArray.CreateBuilder<RangePart>();
    private readonly List<RecordKey> _unreadable = [];

    /// <summary>The parts so far.</summary>
    public IReadOnlyList<RangePart> Parts => _parts;

    /// <summary>What all records read so far come to.</summary>
    public RangeSum Total { get; private set; }

    /// <summary>The records read so far.</summary>
    public long RecordCount { get; private set; }

    /// <summary>The records that cannot be read; the first of them.</summary>
    public IReadOnlyList<RecordKey> Unreadable => _unreadable;

    /// <summary>Whether every record could be read.</summary>
    public bool IsReadable { get; private set; } = true;

    /// <summary>Reads a range, behind those read before, and cuts it into parts of so many records.</summary>
    /// <param name="range">The range.</param>
    /// <param name="partSize">The records of a part; the last may have fewer.</param>
    /// <param name="unreadableMax">How many of the records that cannot be read to keep.</param>
    /// <param name="progress">Is told how many were read, now and then.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async ValueTask ReadAsync(
        KeyRange range,
        int partSize,
        int unreadableMax,
        Action<long>? progress,
        CancellationToken cancellationToken)
    {
        const int ReportEvery = 20_000;
        var walk = new RecordWalk(snapshot, scope, range);
        var sum = default(RangeSum);
        RecordKey? last = range.After;
        while (await walk.MoveNextAsync(cancellationToken).ConfigureAwait(false))
        {
            // The key that would be the part's last begins the next one only when more follows: the last part ends with the range.
            if (sum.Count == partSize)
            {
                Cut(ref sum, last);
            }

            last = walk.Key;
            if (++RecordCount % ReportEvery == 0)
            {
                progress?.Invoke(RecordCount);
            }

            if (walk.Record is { } record)
            {
                sum = sum.With(walk.Share, RangeSum.IsLive(record));
            }
            else
            {
                IsReadable = false;
                if (_unreadable.Count < unreadableMax)
                {
                    _unreadable.Add(walk.Key);
                }
            }
        }

        Cut(ref sum, range.UpTo);
    }

    /// <summary>Leaves the keys up to one out of the comparison.</summary>
    public void Skip(RecordKey upTo) => _parts.Add(RangePart.Gap(upTo));

    private void Cut(ref RangeSum sum, RecordKey? upTo)
    {
        _parts.Add(new RangePart(upTo, sum.Count, sum.Sum));
        Total = Total.With(sum);
        sum = default;
    }
}
