using Ordo.Sync.Records;
using Ordo.Sync.Replication.Apply;
using Ordo.Sync.Replication.Forgetting;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Generations;

/// <summary>
/// Brings a scope into its next generation, in a transaction of the caller: every version that is folded under its new name,
/// knowledge and forgotten vector with it. Costs what the scope holds.
/// </summary>
internal static class ScopeRenaming
{
    /// <summary>Renames a scope whose replica knows all that is folded, and has no exceptions.</summary>
    /// <returns>The number of records that were written.</returns>
    public static async ValueTask<long> RunAsync(
        IStoreTransaction transaction,
        string scope,
        CollectionCatalog catalog,
        ScopeGeneration generation,
        CancellationToken cancellationToken)
    {
        await transaction.InternAsync(generation.Name, cancellationToken).ConfigureAwait(false);
        var naming = new GenerationNaming(generation, transaction.Replicas);
        ScopeDraft draft = await ScopeDraft.BeginAsync(transaction, scope, catalog, sink: null, cancellationToken)
            .ConfigureAwait(false);
        long written = 0;
        await foreach (StoredRecord record in RangeWalk.ReadAllAsync(transaction, scope, cancellationToken).ConfigureAwait(false))
        {
            StoredRecord renamed = naming.Rename(record);
            if (!ReferenceEquals(renamed, record))
            {
                await draft.ReplaceAsync(record, renamed, cancellationToken).ConfigureAwait(false);
                written++;
            }
        }

        draft.State = naming.Rename(draft.State);
        await draft.SaveAsync(cancellationToken).ConfigureAwait(false);
        await GenerationLedger.WriteCurrentAsync(transaction, scope, generation.Name, cancellationToken).ConfigureAwait(false);
        await TombstoneCollector.ForgetProgressAsync(transaction, scope, cancellationToken).ConfigureAwait(false);
        return written;
    }
}
