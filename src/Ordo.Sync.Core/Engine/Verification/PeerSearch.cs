using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Generations;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Replication.Reconciliation;
using Ordo.Sync.Storage;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Engine.Verification;

/// <summary>
/// Finds where the records of a scope differ from a peer's: each round cuts the ranges that differ into smaller ones, until a
/// range holds a record or two. A differing record among a million is found in three rounds.
/// </summary>
internal sealed class PeerSearch(IRecordStore store, IReconcileTransport peer, string scope)
{
    private const int FanOut = 128;
    private const int LeafRecords = 2;

    private readonly List<KeyRange> _leaves = [];

    /// <summary>The generation of the scope here.</summary>
    public ReplicaId Generation { get; private set; }

    /// <summary>The requests made.</summary>
    public int RoundTripCount { get; private set; }

    /// <summary>The error of the digest kept here.</summary>
    public DigestError Error { get; private set; }

    /// <summary>By how much the peer's kept digest misses its records; <see langword="null"/> where one answer did not cover it all.</summary>
    public UInt128? PeerError { get; private set; }

    /// <summary>The ranges, of a record or two, that differ, in key order.</summary>
    public IReadOnlyList<KeyRange> Leaves => _leaves;

    /// <summary>The records read here in the first round.</summary>
    public long RecordCount { get; private set; }

    /// <summary>The first records here that cannot be read.</summary>
    public IReadOnlyList<RecordKey> Unreadable { get; private set; } = [];

    /// <summary>Whether all records here can be read.</summary>
    public bool IsReadable { get; private set; }

    /// <summary>Whether the peer's digest did not belong to its records and was settled.</summary>
    public bool IsPeerSettled { get; private set; }

    /// <summary>The size of the parts that so many records are cut into.</summary>
    public static int PartSizeFor(long recordCount) =>
        recordCount <= FanOut ? 1 : (int)Math.Min(int.MaxValue, (recordCount + FanOut - 1) / FanOut);

    /// <summary>Searches.</summary>
    /// <param name="settles">Whether the peer shall settle its digest where nothing differs.</param>
    /// <param name="findingsMax">About how many differing ranges to look for.</param>
    /// <param name="progress">Is told how far the first round is, and how many records there are.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>Whether all differences are among <see cref="Leaves"/>.</returns>
    public async ValueTask<bool> RunAsync(
        bool settles, int findingsMax, IProgress<VerifyProgress>? progress, CancellationToken cancellationToken)
    {
        IReadOnlyList<RangePart> parts;
        int partSize;
        await using (IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            ScopeState state = await snapshot.GetScopeAsync(scope, cancellationToken).ConfigureAwait(false);
            Generation = await GenerationLedger.ReadCurrentAsync(snapshot, scope, cancellationToken).ConfigureAwait(false);
            partSize = PartSizeFor(state.LiveCount);
            var survey = new ScopeSurvey(snapshot, scope);
            await survey.ReadAsync(
                KeyRange.All,
                partSize,
                findingsMax,
                count => progress?.Report(new VerifyProgress(scope, count, state.LiveCount)),
                cancellationToken).ConfigureAwait(false);
            parts = survey.Parts;
            RecordCount = survey.RecordCount;
            Unreadable = survey.Unreadable;
            IsReadable = survey.IsReadable;
            Error = await DigestSettlement
                .MeasureAsync(snapshot, scope, survey.Total, cancellationToken).ConfigureAwait(false);
        }

        List<KeyRange> open = await CompareAsync(after: null, parts, isFirst: true, settles, cancellationToken)
            .ConfigureAwait(false);
        bool isComplete = true;
        while (open.Count > 0 && _leaves.Count < findingsMax)
        {
            // Damage all over would make the next rounds as large as the store: the rest is found when these are healed.
            int rangesMax = Math.Max(1, findingsMax - _leaves.Count);
            isComplete &= open.Count <= rangesMax;
            partSize = PartSizeFor(partSize);
            open = await CompareFinerAsync([.. open.Take(rangesMax)], partSize, cancellationToken).ConfigureAwait(false);
        }

        _leaves.Sort(static (left, right) => Nullable.Compare(left.After, right.After));
        return isComplete && open.Count == 0;
    }

    private async ValueTask<List<KeyRange>> CompareFinerAsync(
        List<KeyRange> ranges, int partSize, CancellationToken cancellationToken)
    {
        ranges.Sort(static (left, right) => Nullable.Compare(left.After, right.After));
        var survey = await SurveyAsync(ranges, partSize, cancellationToken).ConfigureAwait(false);
        return await CompareAsync(ranges[0].After, survey.Parts, isFirst: false, settles: false, cancellationToken)
            .ConfigureAwait(false);
    }

    private async ValueTask<ScopeSurvey> SurveyAsync(
        List<KeyRange> ranges, int partSize, CancellationToken cancellationToken)
    {
        await using IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false);
        var survey = new ScopeSurvey(snapshot, scope);
        for (int i = 0; i < ranges.Count; i++)
        {
            if (i > 0 && ranges[i - 1].UpTo != ranges[i].After)
            {
                survey.Skip(ranges[i].After!.Value);
            }

            await survey.ReadAsync(ranges[i], partSize, unreadableMax: 0, progress: null, cancellationToken)
                .ConfigureAwait(false);
        }

        return survey;
    }

    // Compares parts with the peer, in as many requests as it takes; small ones that differ are leaves, large ones are returned.
    private async ValueTask<List<KeyRange>> CompareAsync(
        RecordKey? after, IReadOnlyList<RangePart> parts, bool isFirst, bool settles, CancellationToken cancellationToken)
    {
        var open = new List<KeyRange>();
        UInt128 total = UInt128.Zero;
        int done = 0;
        while (done < parts.Count)
        {
            ImmutableArray<RangePart> asked = [.. parts.Skip(done).Take(ProtocolLimits.RangesMax)];
            ReconcileResponse answer = await peer.ReconcileAsync(
                new ReconcileRequest(scope, store.Replica, after, asked)
                {
                    Settles = settles && asked.Length == parts.Count,
                    Generation = Generation,
                },
                cancellationToken).ConfigureAwait(false);
            RoundTripCount++;
            int compared = Require(answer, asked.Length);
            total = unchecked(total + TotalOf(asked, answer));
            Sort(after, asked, answer, open);
            IsPeerSettled |= answer.IsSettled;
            after = asked[compared - 1].UpTo;
            if (isFirst && done == 0 && compared == parts.Count)
            {
                PeerError = unchecked(answer.Digest - total);
            }

            done += compared;
        }

        return open;
    }

    private void Sort(
        RecordKey? after, ImmutableArray<RangePart> asked, ReconcileResponse answer, List<KeyRange> open)
    {
        foreach (PartDifference difference in answer.Differences)
        {
            RangePart part = asked[difference.Index];
            var range = new KeyRange(difference.Index == 0 ? after : asked[difference.Index - 1].UpTo, part.UpTo);
            bool isLeaf = part.Count <= 1 || (part.Count <= LeafRecords && difference.Count <= LeafRecords);
            (isLeaf ? _leaves : open).Add(range);
        }
    }

    private static int Require(ReconcileResponse answer, int askedCount) =>
        answer.ComparedCount >= 1 && answer.ComparedCount <= askedCount
            ? answer.ComparedCount
            : throw Replication.Codec.WireFormat.Malformed(
                "reconcile response", $"{answer.ComparedCount} of {askedCount} parts were compared.");

    private static UInt128 TotalOf(ImmutableArray<RangePart> asked, ReconcileResponse answer)
    {
        UInt128 total = UInt128.Zero;
        for (int i = 0; i < answer.ComparedCount; i++)
        {
            total = unchecked(total + asked[i].Sum);
        }

        foreach (PartDifference difference in answer.Differences)
        {
            total = unchecked(total + difference.Sum - asked[difference.Index].Sum);
        }

        return total;
    }
}
