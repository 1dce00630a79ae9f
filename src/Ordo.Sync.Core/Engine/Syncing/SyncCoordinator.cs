using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Diagnostics;
using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.Engine.Health;
using Ordo.Sync.Engine.Resources;
using Ordo.Sync.Engine.Sessions;
using Ordo.Sync.Errors;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Session;
using Ordo.Sync.Scheduling;
using Ordo.Sync.Storage;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Engine.Syncing;

/// <summary>Syncs the scopes of one store with the hub, several at once. For one sync at a time.</summary>
internal sealed partial class SyncCoordinator(
    IRecordStore store,
    ISyncTransport transport,
    SyncOptions options,
    ImmutableArray<CollectionDescriptor> collections,
    MemoryGovernor memory,
    TimeProvider time,
    EntropySource entropy) : IDisposable
{
    private readonly AsyncSemaphore _greeting = new(1);
    private readonly HeldPushes _held = new(time);
    private SessionPeer? _peer;
    private bool _isRenewed;
    private ObservedTransport? _observed;
    private SyncHealth? _health;

    /// <summary>What the hub is called in messages.</summary>
    public string PeerName => transport.PeerName;

    /// <summary>The way to the hub, where it can tell of changes.</summary>
    public ILiveTransport? LiveTransport => transport as ILiveTransport;

    /// <summary>The way to compare records with the hub; fails with <c>NotFound</c> over a transport that cannot.</summary>
    public IReconcileTransport ReconcileTransport => _observed
        ?? throw new InvalidOperationException("Records are compared before the engine is made.");

    /// <summary>The bytes sent and received so far.</summary>
    public TransportBytes Bytes => transport.Bytes;

    private ISyncTransport Requests => _observed ?? transport;

    private long AnswerCount => _observed?.AnswerCount ?? 0;

    /// <summary>Lets an engine's health hear of what is asked of the hub; before the first sync.</summary>
    public void Observe(SyncHealth health)
    {
        _health = health;
        _observed = new ObservedTransport(transport, health, time);
    }

    /// <summary>Whether an error concerns the hub as a whole, so that other scopes need not be tried.</summary>
    public static bool EndsSync(SyncErrorCode code) => code is SyncErrorCode.Unreachable or SyncErrorCode.Timeout
        or SyncErrorCode.Unauthorized or SyncErrorCode.Throttled or SyncErrorCode.NotFound;

    /// <summary>Syncs scopes, as many at once as there are workers; an error that concerns the hub ends it.</summary>
    /// <param name="scopes">The scopes.</param>
    /// <param name="catalog">The collections the store knows.</param>
    /// <param name="observe">Makes what is told of a session.</param>
    /// <param name="giveWay">Called between two pages of a session: what is more urgent has its turn.</param>
    /// <param name="cancellationToken">Ends the sync; what is durable stays.</param>
    public async ValueTask<IReadOnlyList<ScopeReport>> SyncAsync(
        IReadOnlyCollection<string> scopes,
        CollectionCatalog catalog,
        Func<ISessionObserver> observe,
        Func<CancellationToken, ValueTask> giveWay,
        CancellationToken cancellationToken)
    {
        var open = new ConcurrentQueue<string>(scopes);
        var reports = new ConcurrentBag<ScopeReport>();
        long answersBefore = AnswerCount;
        async Task WorkAsync()
        {
            while (open.TryDequeue(out string? scope))
            {
                ScopeReport report = await SyncScopeAsync(scope, catalog, observe(), giveWay, answersBefore, cancellationToken)
                    .ConfigureAwait(false);
                reports.Add(report);
                if (report.Error is { } error && EndsSync(error.Code))
                {
                    open.Clear();
                }
            }
        }

        int workers = Math.Min(options.Workers, scopes.Count);
        await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => WorkAsync())).ConfigureAwait(false);
        return [.. reports.OrderBy(report => report.Scope, StringComparer.Ordinal)];
    }

    public void Dispose() => _greeting.Dispose();

    private async ValueTask<ScopeReport> SyncScopeAsync(
        string scope,
        CollectionCatalog catalog,
        ISessionObserver observer,
        Func<CancellationToken, ValueTask> giveWay,
        long answersBefore,
        CancellationToken cancellationToken)
    {
        using Activity? activity = SyncActivities.Start("ordo.sync.session", ActivityKind.Internal, scope);
        int attempt = 0;
        int losses = 0;
        ReplicaId? greeted = null;
        ReplicaId? refusing = null;
        ReplicaId refused = store.Replica;
        while (true)
        {
            try
            {
                SessionPeer peer = await GreetAgainAsync(refusing, refused, catalog, cancellationToken).ConfigureAwait(false);
                greeted = peer.Replica;
                refused = store.Replica;
                memory.MeasureIfLimited();
                peer = peer with { PageBytesMax = Math.Min(peer.PageBytesMax, memory.PageBytesMax) };
                var runner = new SessionRunner(store, catalog, peer, scope, observer, time, entropy) { GiveWay = giveWay };
                SyncException? held = _held.Find(scope);
                if (held is not null)
                {
                    runner.HoldPush(held);
                }

                SessionReport session = await runner.RunAsync(cancellationToken).ConfigureAwait(false);
                _isRenewed = false;
                if (held is null)
                {
                    _held.Note(scope, session.PushRefusal);
                }

                activity?.SetTag("ordo.sync.pushed", session.PushedCount).SetTag("ordo.sync.pulled", session.PulledCount);
                return new ScopeReport(scope, session, ErrorOf(scope, session));
            }
            catch (SyncException exception) when (attempt < 2 && AsksForHello(exception.Code))
            {
                _peer = null;
                _health?.OnRetry();
                if (attempt++ == 1 && exception.Code == SyncErrorCode.IdentityRefused)
                {
                    refusing = greeted;
                    if (greeted is null)
                    {
                        await RenewAsync(catalog, refused, cancellationToken).ConfigureAwait(false);
                    }
                }

                greeted = null;
            }
            catch (SyncException exception) when (
                exception.Code == SyncErrorCode.Unreachable && AnswerCount > answersBefore && losses < options.LossesMax)
            {
                // A network that loses requests, not one that is gone. What the session had done is durable: it goes on where it was.
                losses++;
                _health?.OnRetry();
                cancellationToken.ThrowIfCancellationRequested();
            }
            catch (SyncException exception) when (!IsStoreFailure(exception.Code))
            {
                activity.Fail(exception.Code);
                return new ScopeReport(scope, Session: null, exception);
            }
        }
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
        SessionResult.PushForbidden when session.PushRefusal is { Code: SyncErrorCode.QuotaExceeded } refusal => refusal,
        SessionResult.PushForbidden => new SyncException(
            SyncErrorCode.Forbidden,
            $"The hub takes no writes of this device in '{scope}'; what it lets this device read was pulled.",
            "Ask whoever runs the hub for the right to write. Nothing is lost; the writes wait here."),
        _ => new SyncException(
            SyncErrorCode.TransferVoid, $"'{scope}' did not settle in one sync.", "The next sync goes on from here."),
    };

    private static bool AsksForHello(SyncErrorCode code) => code is SyncErrorCode.IdentityRefused or SyncErrorCode.TransferVoid;

    /// <summary>Whether an error is one of the store here, not of the hub or the way to it.</summary>
    public static bool IsStoreFailure(SyncErrorCode code) =>
        code is >= SyncErrorCode.StoreCorrupt and <= SyncErrorCode.StoreBusy;
}
