using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Replication.Reconciliation;
using Ordo.Sync.Storage;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Engine.Verification;

/// <summary>
/// Verifies one scope of a store: its records against the digest kept of them, and against a peer's. Says what differs, which
/// side is at fault and why, and heals it where it is asked to.
/// </summary>
internal sealed class ScopeVerifier(
    IRecordStore store, CollectionCatalog catalog, string scope, VerifyOptions options, IProgress<VerifyProgress>? progress)
{
    // What the peer's records may take in memory at once; what is beyond comes with the next pass.
    private const int PeerBytesMax = 32 * 1024 * 1024;

    private readonly List<Suspect> _suspects = [];
    private readonly List<ReadOnlyMemory<byte>> _pages = [];
    private long _pageBytes;

    /// <summary>The records of this side that were written anew, so that the peer needs them.</summary>
    public int WrittenAnewCount { get; private set; }

    /// <summary>Verifies against the digest kept here alone.</summary>
    /// <param name="accepts">Whether to take the records as they are for right, and settle the digest.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async ValueTask<ScopeVerification> VerifyLocallyAsync(bool accepts, CancellationToken cancellationToken)
    {
        ScopeSurvey survey;
        DigestError error;
        await using (IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            ScopeState state = await snapshot.GetScopeAsync(scope, cancellationToken).ConfigureAwait(false);
            survey = new ScopeSurvey(snapshot, scope);
            await survey.ReadAsync(
                KeyRange.All,
                int.MaxValue,
                options.FindingsMax,
                count => progress?.Report(new VerifyProgress(scope, count, state.LiveCount)),
                cancellationToken).ConfigureAwait(false);
            error = await DigestSettlement
                .MeasureAsync(snapshot, scope, survey.Total, cancellationToken).ConfigureAwait(false);
        }

        bool isSettled = accepts && survey.IsReadable && await DigestSettlement
            .SettleAsync(store, catalog, scope, error, cancellationToken).ConfigureAwait(false);
        return new ScopeVerification(ScopeLane.ScopeOf(scope))
        {
            IsEphemeral = ScopeLane.IsEphemeral(scope),
            RecordCount = survey.RecordCount,
            WasSound = survey.IsReadable && error.IsNone,
            IsSound = survey.IsReadable && (error.IsNone || isSettled),
            Findings = Unreadable(survey.Unreadable),
        };
    }

    /// <summary>Verifies against a peer, in one pass.</summary>
    /// <param name="peer">The way to it.</param>
    /// <param name="settles">Whether the peer shall settle its digest where nothing differs.</param>
    /// <param name="now">The time, for what is written anew.</param>
    /// <param name="healing">Carries healing out; <see langword="null"/> where nothing is to be healed.</param>
    /// <param name="cancellationToken">Ends the work; what is healed stays so.</param>
    public async ValueTask<ScopeVerification> VerifyAsync(
        IReconcileTransport peer, bool settles, DateTimeOffset now, ScopeHealing? healing, CancellationToken cancellationToken)
    {
        var search = new PeerSearch(store, peer, scope);
        bool isComplete = await search.RunAsync(settles, options.FindingsMax, progress, cancellationToken)
            .ConfigureAwait(false);
        (bool isFetched, int fetches) = await FetchAsync(peer, search, cancellationToken).ConfigureAwait(false);
        isComplete &= isFetched;
        int[] blame = Blame.Assign(
            [.. _suspects.Select(suspect => (suspect.Here, suspect.There))],
            search.Error.Digest,
            search.PeerError,
            isComplete);
        VerifySide[] sides = [.. _suspects.Select((suspect, i) => SideOf(suspect, blame[i]))];
        VerifyRemedy[] remedies = healing is null || _suspects.Count == 0
            ? new VerifyRemedy[_suspects.Count]
            : await healing.RunAsync(_pages, _suspects, sides, now, cancellationToken).ConfigureAwait(false);
        WrittenAnewCount = remedies.Count(remedy => remedy is VerifyRemedy.WrittenAnew or VerifyRemedy.KeptBoth);
        bool isHealed = isComplete && !remedies.Contains(VerifyRemedy.None);
        bool isSettled = isHealed && healing is not null && await DigestSettlement
            .SettleAsync(store, catalog, scope, search.Error, cancellationToken).ConfigureAwait(false);
        return new ScopeVerification(ScopeLane.ScopeOf(scope))
        {
            IsEphemeral = ScopeLane.IsEphemeral(scope),
            RecordCount = search.RecordCount,
            WasSound = search.IsReadable && search.Error.IsNone,
            WasPeerSound = search.PeerError is { } error ? error == UInt128.Zero : null,
            Comparison = search.Leaves.Count == 0 && isComplete ? PeerComparison.Same : PeerComparison.Differed,
            Findings = [.. _suspects.Select((suspect, i) => new VerifyFinding(
                suspect.Key.Collection, suspect.Key.Key, suspect.Reported, sides[i], remedies[i]))],
            HasMore = !isComplete,
            IsSound = isHealed && (search.Error.IsNone || isSettled)
                && (search.PeerError is null || search.PeerError == UInt128.Zero || search.IsPeerSettled),
            RoundTripCount = search.RoundTripCount + fetches,
        };
    }

    private static ImmutableArray<VerifyFinding> Unreadable(IReadOnlyList<RecordKey> keys) =>
        [.. keys.Select(key => new VerifyFinding(
            key.Collection, key.Key, VerifyFault.Unreadable, VerifySide.Here, VerifyRemedy.None))];

    private static VerifySide SideOf(Suspect suspect, int blame) =>
        suspect.Fault == RecordFault.Unreadable || blame < 0 ? VerifySide.Here
        : blame > 0 ? VerifySide.There
        : VerifySide.Unknown;

    private async ValueTask<(bool IsComplete, int RoundTrips)> FetchAsync(
        IReconcileTransport peer, PeerSearch search, CancellationToken cancellationToken)
    {
        IReadOnlyList<KeyRange> leaves = search.Leaves;
        int done = 0;
        int trips = 0;
        RecordKey? after = null;
        while (done < leaves.Count)
        {
            if (_pageBytes > PeerBytesMax || _suspects.Count >= options.FindingsMax)
            {
                return (false, trips);
            }

            KeyRange[] ranges = [.. leaves.Skip(done).Take(ProtocolLimits.RangesMax)];
            ranges[0] = after is null ? ranges[0] : ranges[0] with { After = after };
            RecordsResponse answer = await peer.ReadRecordsAsync(
                new RecordsRequest(scope, store.Replica, [.. ranges], ProtocolLimits.PageBytesDefault)
                {
                    Generation = search.Generation,
                },
                cancellationToken).ConfigureAwait(false);
            trips++;
            Require(answer, ranges);
            _pages.Add(answer.Page);
            _pageBytes += answer.Page.Length;
            List<KeyRange> read = [.. ranges.Take(answer.CoveredCount)];
            if (answer.After is { } stopped)
            {
                read.Add(ranges[answer.CoveredCount] with { UpTo = stopped });
            }

            await JudgeAsync(read, cancellationToken).ConfigureAwait(false);
            done += answer.CoveredCount;
            after = answer.After;
        }

        return (true, trips);
    }

    private static void Require(RecordsResponse answer, KeyRange[] ranges)
    {
        bool isPartial = answer.CoveredCount >= 0 && answer.CoveredCount < ranges.Length
            && answer.After is { } after && ranges[answer.CoveredCount].Contains(after);
        bool isProgress = answer.CoveredCount >= 1 && answer.CoveredCount <= ranges.Length && answer.After is null;
        if (!isPartial && !isProgress)
        {
            throw Replication.Codec.WireFormat.Malformed(
                "records response", "it says that it covers what was not asked for, or nothing.");
        }
    }

    // Compares the records of ranges, both sides' content at hand. Read here after the peer was: what came between is no fault.
    private async ValueTask JudgeAsync(List<KeyRange> ranges, CancellationToken cancellationToken)
    {
        await using IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false);
        ScopeState state = await snapshot.GetScopeAsync(scope, cancellationToken).ConfigureAwait(false);
        PeerPage page = PeerPage.Read(_pages[^1], snapshot.Replicas);
        var left = new SortedSet<RecordKey>(page.Records.Keys);
        foreach (KeyRange range in ranges)
        {
            var walk = new RecordWalk(snapshot, scope, range);
            while (await walk.MoveNextAsync(cancellationToken).ConfigureAwait(false))
            {
                left.Remove(walk.Key);
                Judge(page, state, walk.Key, walk.Record, isReadable: walk.Record is not null, walk.Share);
            }
        }

        foreach (RecordKey key in left)
        {
            Judge(page, state, key, here: null, isReadable: true, UInt128.Zero);
        }
    }

    private void Judge(
        PeerPage page, ScopeState state, RecordKey key, StoredRecord? here, bool isReadable, UInt128 share)
    {
        StoredRecord? there = page.Stored(key);
        UInt128 shareThere = there is null ? UInt128.Zero : RecordDigest.Of(there, page.Replicas);
        CausalContext knownThere = page.Records.TryGetValue(key, out RemoteRecord? remote)
            ? remote.Context
            : new CausalContext(page.Knowledge);
        RecordFault fault = isReadable
            ? RecordJudgement.Of(here, there, state.ContextOf(key), knownThere, share != shareThere)
            : RecordFault.Unreadable;
        if (fault != RecordFault.None)
        {
            _suspects.Add(new Suspect(key, fault, share, shareThere, _pages.Count - 1));
        }
    }
}
