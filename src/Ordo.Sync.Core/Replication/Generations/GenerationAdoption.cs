using Ordo.Sync.Causality;
using Ordo.Sync.Errors;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Outcomes;
using Ordo.Sync.Replication.Session;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Identity;

namespace Ordo.Sync.Replication.Generations;

/// <summary>
/// What a replica does that a hub tells of a new generation: it renames what it holds, keeps what the hub does not have yet under its
/// own names, and takes for acknowledged what the hub folded. What it remembers of peers was said in the old names and is forgotten.
/// </summary>
internal static class GenerationAdoption
{
    /// <summary>Brings a scope without exceptions into a generation, in a transaction of the caller.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="scope">The scope.</param>
    /// <param name="catalog">The collections known here.</param>
    /// <param name="generation">The generation.</param>
    /// <param name="isKept">Whether what was folded is kept, for replicas below this one.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="SyncException">This replica does not know all that is folded: the hub told it too early.</exception>
    /// <returns>The versions of this replica among what is folded.</returns>
    public static async ValueTask<GlobalVector> RunAsync(
        IStoreTransaction transaction,
        string scope,
        CollectionCatalog catalog,
        ScopeGeneration generation,
        bool isKept,
        CancellationToken cancellationToken)
    {
        ScopeState state = await transaction.GetScopeAsync(scope, cancellationToken).ConfigureAwait(false);
        if (!generation.Folded.IsDominatedBy(GlobalVector.From(state.Knowledge, transaction.Replicas)))
        {
            throw new SyncException(
                SyncErrorCode.Malformed,
                $"The hub folds versions of '{scope}' into a new generation that this replica does not know yet.",
                "A bug of the hub: report it.");
        }

        if (isKept)
        {
            var kept = new ScopeGeneration(generation.Name, generation.Before, generation.Folded)
            {
                Known = GlobalVector.From(state.Knowledge, transaction.Replicas),
                Forgotten = GlobalVector.From(state.Forgotten, transaction.Replicas),
            };
            await GenerationLedger.KeepAsync(transaction, scope, kept, cancellationToken).ConfigureAwait(false);
        }

        GlobalVector own = await AcknowledgeAsync(transaction, scope, generation.Folded, cancellationToken).ConfigureAwait(false);
        await ScopeRenaming.RunAsync(transaction, scope, catalog, generation, cancellationToken).ConfigureAwait(false);
        await ScopeDeparture.ForgetPeersAsync(transaction, scope, cancellationToken).ConfigureAwait(false);
        return own;
    }

    // What is folded, the hub has: also where its answer was lost.
    private static async ValueTask<GlobalVector> AcknowledgeAsync(
        IStoreTransaction transaction, string scope, GlobalVector folded, CancellationToken cancellationToken)
    {
        var dots = new List<GlobalDot>();
        foreach (ReplicaId own in await Incarnations.ListAsync(transaction, cancellationToken).ConfigureAwait(false))
        {
            int index = transaction.Replicas.IndexOf(own);
            if (folded[own] > 0 && index >= 0)
            {
                dots.Add(new GlobalDot(own, folded[own]));
                await transaction.PruneJournalAsync(scope, new Dot(index, folded[own]), cancellationToken).ConfigureAwait(false);
                await OutcomeLog.AcknowledgeAsync(transaction, scope, new GlobalDot(own, folded[own]), cancellationToken)
                    .ConfigureAwait(false);
            }
        }

        return GlobalVector.Of(dots);
    }
}
