using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Ordo.Sync.AspNetCore.Authorization;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Peers;
using Ordo.Sync.Errors;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Admission;
using Ordo.Sync.Replication.Forgetting;
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
    IPeers? device,
    IReadOnlyCollection<CollectionDescriptor> declared,
    IOptions<HubOptions> options,
    IRecordReviewer? reviewer,
    TimeProvider time,
    ILogger<SyncHub> logger) : IAsyncDisposable
{
    private volatile Responders? _responders;
    private volatile CollectionCatalog? _catalog;
    private Action<ScopeChange>? _announce;

    /// <summary>Raised, after a commit, with the scope that a push changed, at this instance or another one.</summary>
    public event Action<ScopeChange>? Changed;

    /// <summary>Raised with a scope that a caller with the right to read it has asked for.</summary>
    public event Action<string>? Asked;

    /// <summary>The hub's records.</summary>
    public IRecordStore Store => store;

    /// <summary>Whether it is a device that answers others from its engine's store: no authority over scopes and deletes.</summary>
    public bool IsDevice => device is not null;

    /// <summary>Whether it can answer.</summary>
    public bool IsOpen => _responders is not null;

    /// <summary>The collections known here; once it is open.</summary>
    public CollectionCatalog Catalog => _catalog ?? throw Starting();

    /// <summary>The bytes a page should have at most.</summary>
    public int PageBytesMax => options.Value.PageBytesMax;

    /// <summary>Whether it syncs with a hub above it. Set once, before it is used.</summary>
    public bool IsBelowAnother { get; init; }

    /// <summary>What callers show to know.</summary>
    public SubscriberLedger Subscribers { get; } = new(store, time);

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
            if (device is not null)
            {
                await OpenDeviceAsync(device, cancellationToken).ConfigureAwait(false);
                return;
            }

            await store.OpenAsync(cancellationToken).ConfigureAwait(false);
            CollectionCatalog catalog = await CollectionCatalog.LoadAsync(store, cancellationToken).ConfigureAwait(false);
            await DeclareAsync(catalog, cancellationToken).ConfigureAwait(false);
            if (!options.Value.CallersDeclareCollections)
            {
                catalog.Seal();
            }

            var devices = new ReplicaResponder(
                store, catalog, options.Value.ToResponderOptions(trustsRelays: false, reviewer, Subscribers), time);
            var relays = new ReplicaResponder(
                store, catalog, options.Value.ToResponderOptions(trustsRelays: true, reviewer, Subscribers), time);
            devices.Changed += OnPushed;
            relays.Changed += OnPushed;
            if (store is ISharedRecordStore shared)
            {
                // What other instances change, listeners here hear of too, and the other way round.
                _announce = change => shared.Announce(change.Scope, change.Origin);
                shared.FollowChanges(() => Changes.Scopes, (scope, origin) => Tell(new ScopeChange(scope, origin)));
            }

            _catalog = catalog;
            _responders = new Responders(devices, relays);
            if (store.RenewalReason is { } reason)
            {
                HubLog.Renewed(logger, store.Name, reason);
            }

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
        Responders responders = _responders ?? throw Starting();
        return rights.HasFlag(ScopeRights.Relay) ? responders.OfRelays : responders.OfDevices;
    }

    /// <summary>Tells that a scope was changed by what came from another hub.</summary>
    public void Publish(string scope, ReplicaId origin) => OnPushed(new ScopeChange(scope, origin));

    /// <summary>Tells that a caller with the right to read a scope has asked for it.</summary>
    public void Note(string scope) => Asked?.Invoke(scope);

    // A device's store is its engine's.
    public ValueTask DisposeAsync() => IsDevice ? ValueTask.CompletedTask : store.DisposeAsync();

    private static SyncException Starting() =>
        new(SyncErrorCode.PeerFailed, "The hub is starting.", "Try again soon.") { RetryAfter = TimeSpan.FromSeconds(1) };

    private async ValueTask OpenDeviceAsync(IPeers peers, CancellationToken cancellationToken)
    {
        if (!options.Value.CallersDeclareCollections)
        {
            throw new InvalidOperationException(
                "HubOptions.CallersDeclareCollections cannot be false where a device answers: it hands on what its peers declare.");
        }

        ReplicaResponder devices = await peers.AnswerAsync(
            options.Value.ToResponderOptions(trustsRelays: false, reviewer, subscribers: null), cancellationToken)
            .ConfigureAwait(false);
        ReplicaResponder relays = await peers.AnswerAsync(
            options.Value.ToResponderOptions(trustsRelays: true, reviewer, subscribers: null), cancellationToken)
            .ConfigureAwait(false);

        // Each of them tells of every change of the device: one is enough.
        devices.Changed += OnPushed;
        _responders = new Responders(devices, relays);
        HubLog.DeviceAnswers(logger, store.Name, store.Replica);
    }

    private void OnPushed(ScopeChange change)
    {
        Tell(change);
        _announce?.Invoke(change);
    }

    private void Tell(ScopeChange change)
    {
        Changes.Publish(change);
        Changed?.Invoke(change);
    }

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
