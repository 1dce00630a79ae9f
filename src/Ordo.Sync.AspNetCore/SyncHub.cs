using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Ordo.Sync.AspNetCore.Authorization;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Errors;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Admission;
using Ordo.Sync.Replication.Live;
using Ordo.Sync.Replication.Responder;
using Ordo.Sync.Storage;

namespace Ordo.Sync.AspNetCore;

/// <summary>
/// The hub's store and what answers from it, from the host's start to its end. Holds no session: what a request needs, it
/// carries.
/// </summary>
internal sealed class SyncHub(
    IRecordStore store,
    IReadOnlyCollection<CollectionDescriptor> declared,
    IOptions<HubOptions> options,
    IRecordReviewer? reviewer,
    TimeProvider time,
    ILogger<SyncHub> logger) : IAsyncDisposable
{
    private volatile Responders? _responders;

    /// <summary>The hub's records.</summary>
    public IRecordStore Store => store;

    /// <summary>Who listens to changes.</summary>
    public ChangeBroadcaster Changes { get; } = new();

    /// <summary>Opens the store and reads its collections. Until then every request is told to come again.</summary>
    /// <exception cref="SyncException">
    /// The store cannot be opened, or holds a collection that is declared here with another strategy.
    /// </exception>
    public async ValueTask OpenAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await store.OpenAsync(cancellationToken).ConfigureAwait(false);
            CollectionCatalog catalog = await CollectionCatalog.LoadAsync(store, cancellationToken).ConfigureAwait(false);
            await DeclareAsync(catalog, cancellationToken).ConfigureAwait(false);
            var devices = new ReplicaResponder(
                store, catalog, options.Value.ToResponderOptions(trustsRelays: false, reviewer), time);
            var relays = new ReplicaResponder(
                store, catalog, options.Value.ToResponderOptions(trustsRelays: true, reviewer), time);
            devices.Changed += Changes.Publish;
            relays.Changed += Changes.Publish;
            _responders = new Responders(devices, relays);
            HubLog.Opened(logger, store.Name, store.Replica, catalog.Descriptors.Count);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            HubLog.OpenFailed(logger, store.Name, exception);
            throw;
        }
    }

    /// <summary>What answers a caller with these rights: only who may relay brings versions of others' replicas.</summary>
    /// <exception cref="SyncException">The hub is still starting.</exception>
    public ReplicaResponder ResponderFor(ScopeRights rights)
    {
        Responders responders = _responders ?? throw new SyncException(
            SyncErrorCode.PeerFailed, "The hub is starting.", "Try again soon.")
        { RetryAfter = TimeSpan.FromSeconds(1) };
        return rights.HasFlag(ScopeRights.Relay) ? responders.OfRelays : responders.OfDevices;
    }

    public ValueTask DisposeAsync() => store.DisposeAsync();

    private async ValueTask DeclareAsync(CollectionCatalog catalog, CancellationToken cancellationToken)
    {
        foreach (CollectionDescriptor collection in declared)
        {
            catalog.Declare(collection);
        }

        await using IStoreTransaction transaction = await store.BeginAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<string> saved = await catalog.SaveAsync(transaction, cancellationToken).ConfigureAwait(false);
        if (saved.Count > 0)
        {
            await transaction.CommitAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
            catalog.MarkSaved(saved);
        }
    }

    private sealed record Responders(ReplicaResponder OfDevices, ReplicaResponder OfRelays);
}
