using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Apply;
using Ordo.Sync.Replication.Outcomes;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Identity;

namespace Ordo.Sync.Replication.Session;

/// <summary>
/// What a replica does whose clock ran ahead, when its peer refuses its timestamps: set the clock to the peer's and stamp the
/// unsynced writes anew, under new dots. Nobody changes the stamp of another's version.
/// </summary>
internal static class SkewRecovery
{
    /// <summary>
    /// Restamps this replica's versions that the peer does not know, those of earlier incarnations too, but for those that anybody has
    /// acknowledged, and none earlier than what others may have: whoever holds such a version may have preferred it to a third one that
    /// the new stamp would lose against, and last write wins would go round in a circle. What stays ahead of the peer waits until its
    /// time has come, and waits alone: the clock goes back to the peer's.
    /// </summary>
    /// <returns>The number of records restamped.</returns>
    public static async ValueTask<int> RestampUnsyncedAsync(
        IStoreTransaction transaction,
        string scope,
        CollectionCatalog catalog,
        VersionVector peerKnows,
        DateTimeOffset peerTime,
        CancellationToken cancellationToken)
    {
        ScopeDraft draft = await ScopeDraft.BeginAsync(transaction, scope, catalog, sink: null, cancellationToken)
            .ConfigureAwait(false);
        GlobalVector acknowledged = await OutcomeLog.ReadAcknowledgedAsync(transaction, scope, cancellationToken)
            .ConfigureAwait(false);
        HashSet<ReplicaId> own = [.. await Incarnations.ListAsync(transaction, cancellationToken).ConfigureAwait(false)];
        VersionVector before = draft.State.Knowledge;
        SpreadMark mark = await SpreadMark.ReadAsync(transaction, scope, cancellationToken).ConfigureAwait(false);
        HybridTimestamp peer = HybridTimestamp.FromUnixMilliseconds(peerTime.ToUnixTimeMilliseconds());
        HybridTimestamp limit = HybridTimestamp.Max(peer, mark.Latest);
        transaction.ResetClock(limit);
        int count = 0;
        Dot? after = null;
        do
        {
            var query = new ChangeQuery(peerKnows, before, after, new ReadBudget(ProtocolLimits.PageBytesDefault));
            ChangeSlice slice = await transaction.ReadChangesAsync(scope, query, cancellationToken).ConfigureAwait(false);
            foreach (StoredRecord record in slice.Records)
            {
                StoredRecord current = await transaction
                    .GetAsync(scope, record.Key, cancellationToken).ConfigureAwait(false) ?? record;
                if (!current.Versions.Any(version => IsUnsynced(version.Dot) && version.Timestamp.UnixMilliseconds > limit.UnixMilliseconds))
                {
                    continue;
                }

                await Restamping
                    .CorrectAsync(transaction, draft, current, IsUnsynced, own.Contains, peerTime, cancellationToken)
                    .ConfigureAwait(false);
                count++;
            }

            after = slice.Next;
        }
        while (after is not null);

        if (limit > peer)
        {
            transaction.ResetClock(peer);
        }

        await draft.SaveAsync(cancellationToken).ConfigureAwait(false);
        await (mark with { RestampCount = mark.RestampCount + 1 }).WriteAsync(transaction, scope, cancellationToken)
            .ConfigureAwait(false);
        return count;

        bool IsUnsynced(Dot dot) => transaction.Replicas[dot.ReplicaIndex] is var author
            && own.Contains(author) && dot.Counter > acknowledged[author] && !peerKnows.Contains(dot) && before.Contains(dot);
    }
}
