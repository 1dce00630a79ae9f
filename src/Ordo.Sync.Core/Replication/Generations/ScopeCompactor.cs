using Ordo.Sync.Causality;
using Ordo.Sync.Errors;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.ConflictFree;
using Ordo.Sync.Replication.Responder;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Generations;

/// <summary>
/// Starts a new generation of a scope at the replica that all others follow, a hub: its knowledge, one entry for every replica that
/// ever wrote in the scope, becomes one entry. Replicas of the generation before are told what was folded when they come, and rename
/// what they hold; nothing they wrote meanwhile is lost or doubled.
/// </summary>
public static class ScopeCompactor
{
    /// <summary>Compacts a scope, in one transaction: a process that dies in the middle has changed nothing.</summary>
    /// <param name="store">The open store of the hub.</param>
    /// <param name="catalog">The collections known there.</param>
    /// <param name="scope">The scope, or a lane.</param>
    /// <param name="entropy">Where the generation's name comes from.</param>
    /// <param name="cancellationToken">Ends the work; nothing is changed then.</param>
    /// <returns>What was folded.</returns>
    /// <exception cref="SyncException">The store failed, or the scope is still being received here itself.</exception>
    public static async ValueTask<ScopeCompaction> RunAsync(
        IRecordStore store,
        CollectionCatalog catalog,
        string scope,
        EntropySource entropy,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(entropy);
        await using IStoreTransaction transaction = await store.BeginScopeAsync(scope, cancellationToken).ConfigureAwait(false);
        ScopeState before = await transaction.GetScopeAsync(scope, cancellationToken).ConfigureAwait(false);
        if (!before.Exceptions.IsEmpty)
        {
            throw new SyncException(
                SyncErrorCode.PeerFailed, $"The scope '{scope}' is still being received here itself.", "Try again later.");
        }

        GlobalVector knowledge = GlobalVector.From(before.Knowledge, transaction.Replicas);
        HashSet<ReplicaId> named = await ListNamedAsync(transaction, scope, cancellationToken).ConfigureAwait(false);
        GlobalVector folded = GlobalVector.Of(knowledge.Entries.Where(dot => !named.Contains(dot.Replica)));
        ReplicaId current = await GenerationLedger.ReadCurrentAsync(transaction, scope, cancellationToken).ConfigureAwait(false);
        if (folded.Entries.Length < 2)
        {
            return new ScopeCompaction(scope, current, IsStarted: false, knowledge.Entries.Length, knowledge.Entries.Length, 0);
        }

        var generation = new ScopeGeneration(ReplicaId.Create(entropy), current, folded)
        {
            Known = knowledge,
            Forgotten = GlobalVector.From(before.Forgotten, transaction.Replicas),
        };
        await GenerationLedger.KeepAsync(transaction, scope, generation, cancellationToken).ConfigureAwait(false);
        await ReplicaRegistry.ReserveAsync(transaction, generation.Name, cancellationToken).ConfigureAwait(false);
        long written = await ScopeRenaming.RunAsync(transaction, scope, catalog, generation, cancellationToken)
            .ConfigureAwait(false);
        ScopeState after = await transaction.GetScopeAsync(scope, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
        return new ScopeCompaction(
            scope, generation.Name, IsStarted: true, knowledge.Entries.Length, after.Knowledge.Count, written);
    }

    // Elements of conflict-free fields carry the names of their replicas themselves, and knowledge is their context: what those
    // replicas wrote keeps its names.
    private static async ValueTask<HashSet<ReplicaId>> ListNamedAsync(
        IStoreSnapshot snapshot, string scope, CancellationToken cancellationToken)
    {
        var named = new HashSet<ReplicaId>();
        await foreach (StoredRecord record in RangeWalk.ReadAllAsync(snapshot, scope, cancellationToken).ConfigureAwait(false))
        {
            if (record.ConflictFree.IsEmpty)
            {
                continue;
            }

            named.UnionWith(StoredDocument.Decode(record.ConflictFree).ListReplicas());
            named.UnionWith(record.Versions.Select(version => snapshot.Replicas[version.Dot.ReplicaIndex]));
        }

        return named;
    }
}
