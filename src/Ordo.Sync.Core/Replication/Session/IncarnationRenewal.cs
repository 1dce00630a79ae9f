using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Apply;
using Ordo.Sync.Replication.Outcomes;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Identity;

namespace Ordo.Sync.Replication.Session;

/// <summary>
/// What a store does that finds out late that another one has spoken under its id: dots issued since their ways parted may name two
/// versions. It takes a new incarnation; in every scope it claims no more of the old one than a peer has acknowledged to it; and it
/// writes its own later versions again, same content and timestamp, under new dots. Some of them may have reached the peer under
/// the old dots after all: those become siblings of equal content, never a loss.
/// </summary>
internal static class IncarnationRenewal
{
    /// <summary>Renews a store, in a transaction of its caller.</summary>
    public static async ValueTask RunAsync(
        IStoreTransaction transaction,
        CollectionCatalog catalog,
        EntropySource entropy,
        CancellationToken cancellationToken)
    {
        ReplicaId old = await Incarnations.RenewAsync(transaction, entropy, cancellationToken).ConfigureAwait(false);
        int index = transaction.Replicas.IndexOf(old);
        foreach (string scope in await transaction.ListScopesAsync(cancellationToken).ConfigureAwait(false))
        {
            ScopeState state = await transaction.GetScopeAsync(scope, cancellationToken).ConfigureAwait(false);
            GlobalVector acknowledged = await OutcomeLog
                .ReadAcknowledgedAsync(transaction, scope, cancellationToken).ConfigureAwait(false);

            // Not below what was forgotten: F ≤ K, and what was collected had reached all who were asked.
            long floor = Math.Max(acknowledged[old], state.Forgotten[index]);
            if (state.Knowledge[index] > floor)
            {
                await RestampAsync(transaction, scope, catalog, new Dot(index, state.Knowledge[index]), floor, cancellationToken)
                    .ConfigureAwait(false);
            }
        }
    }

    private static async ValueTask RestampAsync(
        IStoreTransaction transaction,
        string scope,
        CollectionCatalog catalog,
        Dot last,
        long floor,
        CancellationToken cancellationToken)
    {
        ScopeDraft draft = await ScopeDraft.BeginAsync(transaction, scope, catalog, sink: null, cancellationToken)
            .ConfigureAwait(false);
        VersionVector certain = draft.State.Knowledge.Without(last.ReplicaIndex);
        certain = floor > 0 ? certain.With(new Dot(last.ReplicaIndex, floor)) : certain;
        VersionVector before = draft.State.Knowledge;
        draft.State = draft.State with { Knowledge = certain };
        Dot? after = null;
        do
        {
            var query = new ChangeQuery(certain, before, after, new ReadBudget(ProtocolLimits.PageBytesDefault));
            ChangeSlice slice = await transaction.ReadChangesAsync(scope, query, cancellationToken).ConfigureAwait(false);
            foreach (StoredRecord record in slice.Records)
            {
                StoredRecord? current = await transaction.GetAsync(scope, record.Key, cancellationToken).ConfigureAwait(false);
                if (current is not null)
                {
                    await Restamping.RestateAsync(
                        transaction,
                        draft,
                        current,
                        dot => dot.ReplicaIndex == last.ReplicaIndex && dot.Counter > floor,
                        transaction.Replicas[last.ReplicaIndex],
                        cancellationToken).ConfigureAwait(false);
                }
            }

            after = slice.Next;
        }
        while (after is not null);

        await transaction.PruneJournalAsync(scope, last, cancellationToken).ConfigureAwait(false);
        await draft.SaveAsync(cancellationToken).ConfigureAwait(false);
    }
}
