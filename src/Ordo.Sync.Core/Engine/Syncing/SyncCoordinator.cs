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
using Ordo.Sync.Journal;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Replication.Session;
using Ordo.Sync.Scheduling;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Identity;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Engine.Syncing;

/// <summary>Syncs the scopes of one store with the hub, several at once. For one sync at a time.</summary>
internal sealed class SyncCoordinator(
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
        while (true)
        {
            try
            {
                SessionPeer peer = await GreetOnceAsync(catalog, cancellationToken).ConfigureAwait(false);
                memory.MeasureIfLimited();
                peer = peer with { PageBytesMax = Math.Min(peer.PageBytesMax, memory.PageBytesMax) };
                var runner = new SessionRunner(store, catalog, peer, scope, observer, time, entropy) { GiveWay = giveWay };
                SyncException? held = _held.Find(scope);
                if (held is not null)
                {
                    runner.HoldPush(held);
                }

                SessionReport session = await runner.RunAsync(cancellationToken).ConfigureAwait(false);
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
                    await RenewAsync(catalog, cancellationToken).ConfigureAwait(false);
                }
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

    private async ValueTask<SessionPeer> GreetOnceAsync(CollectionCatalog catalog, CancellationToken cancellationToken)
    {
        if (_peer is { } greeted)
        {
            return greeted;
        }

        await _greeting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _peer ??= await GreetAsync(catalog, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _greeting.Release();
        }
    }

    // It said hello, and is refused all the same: the id is another's there, or nobody can tell. Once while the app runs: a hub that
    // refuses whoever comes must not be met with new ids for ever.
    private async ValueTask RenewAsync(CollectionCatalog catalog, CancellationToken cancellationToken)
    {
        await _greeting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_isRenewed)
            {
                return;
            }

            await using IStoreTransaction transaction = await store.BeginAsync(cancellationToken).ConfigureAwait(false);
            await IncarnationRenewal.RunAsync(transaction, catalog, entropy, cancellationToken).ConfigureAwait(false);
            transaction.AdvanceClock(HybridLogicalClock.Tick(transaction.Clock, time.GetUtcNow()));
            await transaction.CommitAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
            _isRenewed = true;
        }
        finally
        {
            _greeting.Release();
        }
    }

    private async ValueTask<SessionPeer> GreetAsync(CollectionCatalog catalog, CancellationToken cancellationToken)
    {
        var hello = new HelloRequest(ProtocolLimits.Version, ProtocolLimits.Version, store.Replica, collections);
        foreach (ReplicaId earlier in await ListUngreetedAsync(cancellationToken).ConfigureAwait(false))
        {
            await GreetAsAsync(hello with { Replica = earlier }, cancellationToken).ConfigureAwait(false);
        }

        HelloResponse answer = await Requests.HelloAsync(hello, cancellationToken).ConfigureAwait(false);
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
                $"The collection '{there.Name}' is declared here as {CollectionCatalog.Describe(catalog.Descriptors[there.Name])}, at "
                + $"the hub as {CollectionCatalog.Describe(there)}.",
                "All devices and the hub must declare a collection with the same strategy and the same kind of store.");
        }

        await NotePeerAsync(answer.Replica, cancellationToken).ConfigureAwait(false);
        int pageBytes = Math.Clamp(answer.PageBytesMax, 1024, options.PageBytesMax);
        return new SessionPeer(Requests, answer.Replica, pageBytes);
    }

    // The hub takes versions only of replicas that said hello: what was written under an earlier incarnation must not wait for
    // ever because that one never got so far.
    private async ValueTask GreetAsAsync(HelloRequest hello, CancellationToken cancellationToken)
    {
        try
        {
            await Requests.HelloAsync(hello, cancellationToken).ConfigureAwait(false);
        }
        catch (SyncException exception) when (exception.Code == SyncErrorCode.IdentityRefused)
        {
            // It is somebody else's at the hub: this store is a copy of theirs, and they bring what is theirs.
        }
    }

    // Earlier incarnations with writes that nobody has acknowledged yet.
    private async ValueTask<IReadOnlyList<ReplicaId>> ListUngreetedAsync(CancellationToken cancellationToken)
    {
        await using IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<ReplicaId> all = await Incarnations.ListAsync(snapshot, cancellationToken).ConfigureAwait(false);
        if (all.Count == 1)
        {
            return [];
        }

        JournalStatus journal = await snapshot.GetJournalStatusAsync(scope: null, cancellationToken).ConfigureAwait(false);
        return journal.PendingCount == 0 ? [] : [.. all.Take(all.Count - 1)];
    }

    // Which peers were met is remembered, so that what is remembered of them can be forgotten with a scope.
    private async ValueTask NotePeerAsync(ReplicaId peer, CancellationToken cancellationToken)
    {
        await using (IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (await snapshot.GetLocalAsync(ScopeDeparture.PeersArea, peer.ToString(), cancellationToken)
                .ConfigureAwait(false) is not null)
            {
                return;
            }
        }

        await using IStoreTransaction transaction = await store.BeginAsync(cancellationToken).ConfigureAwait(false);
        await transaction.SetLocalAsync(
            ScopeDeparture.PeersArea, peer.ToString(), ReadOnlyMemory<byte>.Empty, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(Durability.Normal, cancellationToken).ConfigureAwait(false);
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
