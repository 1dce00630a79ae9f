using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Apply;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Session;

/// <summary>
/// What a replica does whose clock ran ahead, when its peer refuses its timestamps: set the clock to the peer's and stamp the
/// unsynced writes anew, under new dots. Nobody changes the stamp of another's version.
/// </summary>
internal static class SkewRecovery
{
    /// <summary>Restamps this replica's versions that the peer does not know.</summary>
    /// <returns>The number of records restamped.</returns>
    public static async ValueTask<int> RestampUnsyncedAsync(
        IStoreTransaction transaction,
        string scope,
        VersionVector peerKnows,
        DateTimeOffset peerTime,
        CancellationToken cancellationToken)
    {
        ScopeDraft draft = await ScopeDraft.BeginAsync(transaction, scope, sink: null, cancellationToken)
            .ConfigureAwait(false);
        int self = transaction.Replicas.IndexOf(transaction.Replica);
        VersionVector before = draft.State.Knowledge;
        transaction.ResetClock(HybridTimestamp.FromUnixMilliseconds(peerTime.ToUnixTimeMilliseconds()));
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
                await Restamping.RestampAsync(
                    transaction,
                    draft,
                    current,
                    dot => dot.ReplicaIndex == self && !peerKnows.Contains(dot) && before.Contains(dot),
                    peerTime,
                    cancellationToken).ConfigureAwait(false);
                count++;
            }

            after = slice.Next;
        }
        while (after is not null);

        await draft.SaveAsync(cancellationToken).ConfigureAwait(false);
        return count;
    }
}
