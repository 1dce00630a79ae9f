using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Generations;
using Ordo.Sync.Replication.Live;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Responder;

/// <summary>
/// Answers other replicas from a store: a hub behind HTTP, a peer in the same process. Keeps no state of a session in memory,
/// so any instance over the same store can answer any request. Thread-safe. Authorization is its caller's.
/// </summary>
/// <param name="store">The open store.</param>
/// <param name="catalog">The collections the store knows.</param>
/// <param name="options">What callers are allowed.</param>
/// <param name="time">The clock.</param>
public sealed partial class ReplicaResponder(
    IRecordStore store, CollectionCatalog catalog, ResponderOptions options, TimeProvider time)
{
    private readonly ReplicaRegistry _registry = new(store)
    {
        CountMax = options.ReplicasPerPrincipalMax,
        AdoptsRelayed = options.AdoptsRelayed || options.TrustsRelays,
    };

    private readonly OwnIncarnation _incarnation = new(store, catalog, options.Entropy, time);

    /// <summary>Raised, after a commit, with the scope that a push changed; at a device, whatever changed it.</summary>
    public event Action<ScopeChange>? Changed;

    /// <summary>Answers a hello: agrees on a version, registers the replica, compares collections.</summary>
    /// <exception cref="SyncException">
    /// No common version; the replica belongs to another principal, is this one, or is known here by way of others alone.
    /// </exception>
    public async ValueTask<HelloResponse> HelloAsync(
        HelloRequest request, string principal, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.VersionMin > ProtocolLimits.Version || request.VersionMax < ProtocolLimits.Version)
        {
            throw new SyncException(
                SyncErrorCode.ProtocolVersion,
                $"The caller speaks the protocol's versions {request.VersionMin} to {request.VersionMax}; this replica speaks "
                + $"{ProtocolLimits.Version}.",
                "Upgrade the older side.");
        }

        if (request.Replica == store.Replica)
        {
            // Whoever owned this replica's own id in the registry could bring versions in its name.
            throw new SyncException(
                SyncErrorCode.IdentityRefused,
                $"The replica {request.Replica} is this one.",
                "A copy of a store takes a new incarnation.");
        }

        await _registry.RegisterAsync(request.Replica, principal, cancellationToken).ConfigureAwait(false);
        await using (IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            await RefreshAsync(snapshot, cancellationToken).ConfigureAwait(false);
        }

        ImmutableArray<CollectionDescriptor> mismatches = [.. request.Collections
            .Where(collection => !catalog.TryDeclare(collection))
            .Select(collection => catalog.Descriptors[collection.Name])];
        return new HelloResponse(
            ProtocolLimits.Version, store.Replica, Now(), options.PageBytesMax, options.PayloadBytesMax, mismatches);
    }

    // Another process over the same store may have met a collection that this one has not.
    private ValueTask RefreshAsync(IStoreSnapshot snapshot, CancellationToken cancellationToken) =>
        store is ISharedRecordStore ? catalog.RefreshAsync(snapshot, cancellationToken) : ValueTask.CompletedTask;

    // What is called otherwise now must not be compared. Most callers name nothing of this replica, and need no look.
    private async ValueTask<bool> IsCurrentAsync(
        string scope, ReplicaId generation, GlobalVector claimed, CancellationToken cancellationToken)
    {
        if (claimed[store.Replica] == 0)
        {
            return true;
        }

        await using IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false);
        return generation == await GenerationLedger.ReadCurrentAsync(snapshot, scope, cancellationToken).ConfigureAwait(false);
    }

    // The generations behind a caller's, the next first.
    private static async ValueTask<IReadOnlyList<ScopeGeneration>> ReadChainAsync(
        IStoreSnapshot snapshot, string scope, ReplicaId generation, CancellationToken cancellationToken) =>
        await GenerationLedger.ReadAfterAsync(snapshot, scope, generation, cancellationToken).ConfigureAwait(false)
            ?? throw new SyncException(
                SyncErrorCode.GenerationMismatch,
                $"The scope '{scope}' is in a generation here that does not follow the caller's ({generation}): this side was put back "
                + "to before a compaction.",
                "Put this side back to a later state. A device may also leave the scope, which keeps its unsynced writes in the inbox, "
                + "and subscribe again.");

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
