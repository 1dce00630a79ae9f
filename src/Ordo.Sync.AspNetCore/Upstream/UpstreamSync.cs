using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Sessions;
using Ordo.Sync.Errors;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Replication.Session;
using Ordo.Sync.Transport;

namespace Ordo.Sync.AspNetCore.Upstream;

/// <summary>
/// Syncs a hub's scopes with the hub above, by the same sessions as a device's. The hub above takes it for a relay: it brings
/// versions of all devices it has met.
/// </summary>
internal sealed class UpstreamSync(SyncHub hub, ISyncTransport transport, TimeProvider time, ILogger logger)
{
    private SessionPeer? _peer;

    /// <summary>The incarnation of the hub above; empty while it has not answered.</summary>
    public ReplicaId Peer => _peer?.Replica ?? default;

    /// <summary>Syncs scopes one after the other. What fails in one scope alone is logged and left to the next time.</summary>
    /// <exception cref="SyncException">The hub above cannot be reached, or refuses this hub as a whole.</exception>
    public async ValueTask RunAsync(IReadOnlyCollection<string> scopes, CancellationToken cancellationToken)
    {
        foreach (string scope in scopes)
        {
            await SyncAsync(scope, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask SyncAsync(string scope, CancellationToken cancellationToken)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                SessionPeer peer = _peer ??= await GreetAsync(cancellationToken).ConfigureAwait(false);
                var runner = new SessionRunner(
                    hub.Store,
                    hub.Catalog,
                    peer,
                    scope,
                    new UpstreamObserver(changed => hub.Publish(changed, peer.Replica)),
                    time,
                    EntropySource.System)
                {
                    KeepsGenerations = true,
                    RestampsUnsynced = false,
                };
                SessionReport report = await runner.RunAsync(cancellationToken).ConfigureAwait(false);
                UpstreamLog.Synced(logger, scope, report.Result, report.PushedCount, report.PulledCount);
                return;
            }
            catch (SyncException exception) when (attempt < 2 && AsksForHello(exception.Code))
            {
                _peer = null;
            }
            catch (SyncException exception) when (IsOfScope(exception.Code))
            {
                UpstreamLog.ScopeFailed(logger, scope, exception.Code, exception.Message);
                return;
            }
        }
    }

    private async ValueTask<SessionPeer> GreetAsync(CancellationToken cancellationToken)
    {
        ImmutableArray<CollectionDescriptor> collections =
            [.. hub.Catalog.Descriptors.Values.Where(one => !SystemCollections.Contains(one.Name))];
        HelloResponse answer = await transport.HelloAsync(
            new HelloRequest(ProtocolLimits.Version, ProtocolLimits.Version, hub.Store.Replica, collections),
            cancellationToken).ConfigureAwait(false);
        if (!answer.Mismatches.IsEmpty)
        {
            throw new SyncException(
                SyncErrorCode.StrategyMismatch,
                $"The hub above knows the collection '{answer.Mismatches[0].Name}' with another strategy.",
                "All devices and hubs must declare a collection with the same strategy and the same kind of store.");
        }

        UpstreamLog.Greeted(logger, transport.PeerName, answer.Replica);
        return new SessionPeer(transport, answer.Replica, Math.Clamp(answer.PageBytesMax, 1024, hub.PageBytesMax));
    }

    private static bool AsksForHello(SyncErrorCode code) => code is SyncErrorCode.IdentityRefused or SyncErrorCode.TransferVoid;

    private static bool IsOfScope(SyncErrorCode code) => code is SyncErrorCode.Forbidden or SyncErrorCode.ScopeRevoked
        or SyncErrorCode.TransferVoid or SyncErrorCode.DigestMismatch or SyncErrorCode.Malformed or SyncErrorCode.TooLarge;
}
