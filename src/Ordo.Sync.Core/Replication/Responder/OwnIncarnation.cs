using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Errors;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Session;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Identity;

namespace Ordo.Sync.Replication.Responder;

/// <summary>
/// The identity of a replica that answers others. A caller that knows writes of this replica which it does not know itself shows
/// that it went back in time and did not notice (a machine image put back whole): it takes a new incarnation. That can happen once
/// while it runs, since nobody puts a store back that is open; a second such claim is a forgery. Thread-safe.
/// </summary>
internal sealed class OwnIncarnation(
    IRecordStore store, CollectionCatalog catalog, EntropySource entropy, TimeProvider time)
{
    private ImmutableHashSet<ReplicaId> _earlier = [];
    private ReplicaId _loadedFor;
    private int _isRenewed;

    /// <summary>
    /// Whether a replica is an earlier incarnation of this one. Its versions may come from anybody: what this replica lost by going
    /// back, only others can still have.
    /// </summary>
    public bool WasOwn(ReplicaId replica) => _earlier.Contains(replica);

    /// <summary>Reads which incarnations there were, where that may have changed.</summary>
    public async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        if (_loadedFor == store.Replica)
        {
            return;
        }

        await using IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<ReplicaId> all = await Incarnations.ListAsync(snapshot, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<ReplicaId> former = await Incarnations.ListFormerAsync(snapshot, cancellationToken).ConfigureAwait(false);
        _earlier = [.. all.Concat(former).Where(replica => replica != snapshot.Replica)];
        _loadedFor = snapshot.Replica;
    }

    /// <summary>Compares what a caller claims to know of this replica with what it knows itself.</summary>
    /// <exception cref="SyncException">The claim cannot be true.</exception>
    public async ValueTask CheckAsync(string scope, GlobalVector claimed, CancellationToken cancellationToken)
    {
        ReplicaId self = store.Replica;
        if (claimed[self] == 0 || !await IsBeyondAsync(scope, self, claimed, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        if (store.RenewalReason is not null || Interlocked.Exchange(ref _isRenewed, 1) != 0)
        {
            throw new SyncException(
                SyncErrorCode.Malformed,
                $"The caller claims to know versions of this replica in '{scope}' that it never issued.",
                "A bug of the caller, or a forgery: report it.");
        }

        await using IStoreTransaction transaction = await store.BeginAsync(cancellationToken).ConfigureAwait(false);
        if (transaction.Replica == self)
        {
            await IncarnationRenewal.RunAsync(transaction, catalog, entropy, cancellationToken).ConfigureAwait(false);
            transaction.Tick(time.GetUtcNow());
            await transaction.CommitAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<bool> IsBeyondAsync(
        string scope, ReplicaId self, GlobalVector claimed, CancellationToken cancellationToken)
    {
        await using IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false);
        ScopeState state = await snapshot.GetScopeAsync(scope, cancellationToken).ConfigureAwait(false);
        int index = snapshot.Replicas.IndexOf(self);
        return claimed[self] > (index < 0 ? 0 : state.Knowledge[index]);
    }
}
