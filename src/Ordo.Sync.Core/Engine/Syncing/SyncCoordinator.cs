using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.Engine.Sessions;
using Ordo.Sync.Errors;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Replication.Session;
using Ordo.Sync.Storage;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Engine.Syncing;

/// <summary>Syncs the subscribed scopes with the hub, one sync at a time.</summary>
internal sealed class SyncCoordinator(
    IRecordStore store,
    ISyncTransport transport,
    SyncOptions options,
    ImmutableArray<CollectionDescriptor> collections,
    TimeProvider time,
    EntropySource entropy) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private SessionPeer? _peer;

    public async ValueTask<SyncReport> SyncAsync(
        IReadOnlyCollection<string> scopes,
        CollectionCatalog catalog,
        Func<ISessionObserver> observe,
        CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await SyncGatedAsync(scopes, catalog, observe, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private async ValueTask<SyncReport> SyncGatedAsync(
        IReadOnlyCollection<string> scopes,
        CollectionCatalog catalog,
        Func<ISessionObserver> observe,
        CancellationToken cancellationToken)
    {
        long began = time.GetTimestamp();
        TransportBytes before = transport.Bytes;
        var reports = ImmutableArray.CreateBuilder<ScopeReport>(scopes.Count);
        foreach (string scope in scopes)
        {
            ScopeReport report = await SyncScopeAsync(scope, catalog, observe(), cancellationToken).ConfigureAwait(false);
            reports.Add(report);
            if (report.Error is { } error && EndsSync(error.Code))
            {
                break;
            }
        }

        SyncException? first = reports.FirstOrDefault(report => report.Error is not null)?.Error;
        return new SyncReport(
            StatusOf(reports, first),
            reports.DrainToImmutable(),
            transport.Bytes.Since(before),
            time.GetElapsedTime(began),
            first);
    }

    private async ValueTask<ScopeReport> SyncScopeAsync(
        string scope, CollectionCatalog catalog, ISessionObserver observer, CancellationToken cancellationToken)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                _peer ??= await GreetAsync(catalog, cancellationToken).ConfigureAwait(false);
                var runner = new SessionRunner(store, catalog, _peer, scope, observer, time, entropy);
                SessionReport session = await runner.RunAsync(cancellationToken).ConfigureAwait(false);
                return new ScopeReport(scope, session, ErrorOf(scope, session));
            }
            catch (SyncException exception) when (attempt < 2 && AsksForHello(exception.Code))
            {
                _peer = null;
            }
            catch (SyncException exception) when (!IsStoreFailure(exception.Code))
            {
                return new ScopeReport(scope, Session: null, exception);
            }
        }
    }

    private async ValueTask<SessionPeer> GreetAsync(CollectionCatalog catalog, CancellationToken cancellationToken)
    {
        var hello = new HelloRequest(ProtocolLimits.Version, ProtocolLimits.Version, store.Replica, collections);
        HelloResponse answer = await transport.HelloAsync(hello, cancellationToken).ConfigureAwait(false);
        if (answer.Version != ProtocolLimits.Version)
        {
            throw new SyncException(
                SyncErrorCode.ProtocolVersion,
                $"The hub {transport.PeerName} answered in version {answer.Version} of the protocol, this device speaks "
                + $"{ProtocolLimits.Version}.",
                "Upgrade the older side.");
        }

        if (!answer.Mismatches.IsEmpty)
        {
            CollectionDescriptor there = answer.Mismatches[0];
            throw new SyncException(
                SyncErrorCode.StrategyMismatch,
                $"The collection '{there.Name}' is declared here with the strategy {catalog.StrategyOf(there.Name)}, at the hub "
                + $"with {there.Strategy}.",
                "All devices and the hub must declare a collection with the same strategy.");
        }

        int pageBytes = Math.Clamp(answer.PageBytesMax, 1024, options.PageBytesMax);
        return new SessionPeer(transport, answer.Replica, pageBytes);
    }

    private static SyncException? ErrorOf(string scope, SessionReport session) => session.Result switch
    {
        SessionResult.Converged => null,
        SessionResult.DigestMismatch => new SyncException(
            SyncErrorCode.DigestMismatch,
            $"This device and the hub know the same of '{scope}' but hold different content.",
            "A cloned device, a damaged disk or a bug: verify the store."),
        SessionResult.ClockSkew => new SyncException(
            SyncErrorCode.ClockSkew,
            $"The hub refuses this device's timestamps in '{scope}'; its clock is {session.ClockOffset} ahead of this one's.",
            "Set this device's clock. Nothing is lost; the writes go out when it is right."),
        _ => new SyncException(
            SyncErrorCode.TransferVoid, $"'{scope}' did not settle in one sync.", "The next sync goes on from here."),
    };

    private static SyncStatus StatusOf(IReadOnlyCollection<ScopeReport> reports, SyncException? error) => error?.Code switch
    {
        null => SyncStatus.Completed,
        SyncErrorCode.Unreachable or SyncErrorCode.Timeout => SyncStatus.Offline,
        SyncErrorCode.Unauthorized => SyncStatus.Unauthorized,
        _ => reports.Any(report => report.Error is null) ? SyncStatus.Partial : SyncStatus.Failed,
    };

    private static bool AsksForHello(SyncErrorCode code) => code is SyncErrorCode.IdentityRefused or SyncErrorCode.TransferVoid;

    private static bool EndsSync(SyncErrorCode code) => code is SyncErrorCode.Unreachable or SyncErrorCode.Timeout
        or SyncErrorCode.Unauthorized or SyncErrorCode.Throttled or SyncErrorCode.NotFound;

    private static bool IsStoreFailure(SyncErrorCode code) =>
        code is >= SyncErrorCode.StoreCorrupt and <= SyncErrorCode.StoreUnavailable;
}
