using System.Diagnostics;
using Ordo.Sync.Causality;
using Ordo.Sync.Errors;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Generations;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Replication.Outcomes;
using Ordo.Sync.Replication.Session;
using Ordo.Sync.Replication.Transfer;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Engine.Sessions;

/// <summary>
/// The thin asynchronous shell around <see cref="SyncSession"/>: carries its effects out over a store and a peer. One runner
/// runs one session of one scope.
/// </summary>
public sealed partial class SessionRunner
{
    private readonly IRecordStore _store;
    private readonly CollectionCatalog _catalog;
    private readonly SessionPeer _peer;
    private readonly SessionLedger _ledger;
    private readonly IncarnationGuard _guard;
    private readonly ISessionObserver _observer;
    private readonly TimeProvider _time;
    private readonly string _scope;
    private readonly EntropySource _entropy;
    private readonly UInt128 _transfer;

    // What this session's pull has logged, the peer often tells again in its answer to the push.
    private readonly HashSet<OutcomeEntry> _logged = [];
    private SessionReport _report = new(SessionResult.Incomplete);
    private int _builtCount;
    private HybridTimestamp _builtLatest;
    private PushResponse? _refusal;
    private bool _isRestamped;
    private GlobalVector _sentOn = GlobalVector.Empty;
    private GlobalVector? _claimed;
    private long _pullTotal;
    private UInt128 _confirmed;
    private ReplicaId _generation;

    /// <summary>Makes a runner.</summary>
    /// <param name="store">The open store.</param>
    /// <param name="catalog">The collections the store knows.</param>
    /// <param name="peer">The peer.</param>
    /// <param name="scope">The scope.</param>
    /// <param name="observer">Is told what happens.</param>
    /// <param name="time">The clock.</param>
    /// <param name="entropy">Where transfers get their names from.</param>
    public SessionRunner(
        IRecordStore store,
        CollectionCatalog catalog,
        SessionPeer peer,
        string scope,
        ISessionObserver observer,
        TimeProvider time,
        EntropySource entropy)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ArgumentNullException.ThrowIfNull(entropy);
        _store = store;
        _catalog = catalog;
        _peer = peer;
        _scope = scope;
        _observer = observer;
        _time = time;
        _entropy = entropy;
        _ledger = new SessionLedger(peer.Replica);
        _guard = new IncarnationGuard(store, catalog, peer.Replica, scope, entropy);
        Span<byte> name = stackalloc byte[16];
        entropy.Fill(name);
        _transfer = BitConverter.ToUInt128(name) | UInt128.One;
    }

    /// <summary>
    /// Whether what a new generation of the scope folds is kept here, for replicas below this one. The default is no.
    /// </summary>
    public bool KeepsGenerations { get; init; }

    /// <summary>
    /// Whether own versions that run ahead of the peer's clock are stamped anew, as a device does; else they wait until its time has
    /// come, as at a hub, whose versions others pull without its noting so. The default is yes.
    /// </summary>
    public bool RestampsUnsynced { get; init; } = true;

    /// <summary>
    /// Called before every page but the first, while the session holds nothing of the store: what is more urgent may go first. The
    /// default is nothing.
    /// </summary>
    internal Func<CancellationToken, ValueTask>? GiveWay { get; init; }

    /// <summary>Lets the session pull alone: the peer has asked that nothing be pushed for a while.</summary>
    /// <param name="refusal">What it said.</param>
    public void HoldPush(SyncException refusal) => _report = _report with { PushRefusal = refusal };

    /// <summary>Runs the session to its end.</summary>
    /// <exception cref="SyncException">The store, the transport or the peer failed; what was durable stays so.</exception>
    public async ValueTask<SessionReport> RunAsync(CancellationToken cancellationToken = default)
    {
        var session = new SyncSession(_scope, _store.Replica, _transfer, _peer.PageBytesMax)
        {
            KeepsGenerations = KeepsGenerations,
        };
        SessionEffect effect = session.Start();
        while (effect is not SessionEffect.Finish)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (GiveWay is not null && _report.RoundTripCount > 0 && effect is SessionEffect.SendPull or SessionEffect.BuildPush)
            {
                await GiveWay(cancellationToken).ConfigureAwait(false);
            }

            effect = session.Next(await CarryOutAsync(effect, cancellationToken).ConfigureAwait(false));
        }

        return _report with { Result = ((SessionEffect.Finish)effect).Result };
    }

    private async ValueTask<SessionEvent> CarryOutAsync(SessionEffect effect, CancellationToken cancellationToken) =>
        effect switch
        {
            SessionEffect.LoadState => await LoadAsync(cancellationToken).ConfigureAwait(false),
            SessionEffect.SendPull send => await PullAsync(send.Request, cancellationToken).ConfigureAwait(false),
            SessionEffect.ReceivePage page => await ReceiveAsync(page, cancellationToken).ConfigureAwait(false),
            SessionEffect.AdoptGeneration adopt => await AdoptAsync(adopt.Response, cancellationToken).ConfigureAwait(false),
            SessionEffect.DiscardProgress => await DiscardAsync(cancellationToken).ConfigureAwait(false),
            SessionEffect.BuildPush build => await BuildAsync(build, cancellationToken).ConfigureAwait(false),
            SessionEffect.SendPush push => await PushAsync(push, cancellationToken).ConfigureAwait(false),
            SessionEffect.Acknowledge ack => await AcknowledgeAsync(ack, cancellationToken).ConfigureAwait(false),
            SessionEffect.Restamp restamp => await RestampAsync(restamp, cancellationToken).ConfigureAwait(false),
            _ => throw new UnreachableException(),
        };

    private async ValueTask<SessionEvent> LoadAsync(CancellationToken cancellationToken)
    {
        LocalState state;
        await using (IStoreSnapshot snapshot = await _store.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            state = await ReadStateAsync(snapshot, cancellationToken).ConfigureAwait(false);
        }

        return state.HasOrphans
            ? throw await RestartAsync(cancellationToken).ConfigureAwait(false)
            : new SessionEvent.StateLoaded(state);
    }

    // A new incarnation has to introduce itself, so the session ends here; the next attempt fills the scope again.
    private async ValueTask<SyncException> RestartAsync(CancellationToken cancellationToken)
    {
        await using IStoreTransaction transaction = await _store.BeginAsync(cancellationToken).ConfigureAwait(false);
        await ScopeRestart.RunAsync(transaction, _scope, _catalog, Now, _entropy, cancellationToken).ConfigureAwait(false);
        if (!_generation.IsEmpty)
        {
            // Nothing is left that has another name than at first, and every hub knows the way from there.
            await GenerationLedger.DropAsync(transaction, _scope, cancellationToken).ConfigureAwait(false);
        }

        await transaction.CommitAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
        return new SyncException(
            SyncErrorCode.TransferVoid,
            $"The first transfer of '{_scope}' could not go on, since its sender changed; the scope starts anew.",
            "Nothing written here is lost.");
    }

    private async ValueTask<SyncException> RenewAsync(CancellationToken cancellationToken)
    {
        ReplicaId before = _store.Replica;
        SyncException why = await _guard.RenewAsync(Now, cancellationToken).ConfigureAwait(false);
        _observer.OnIdentityRenewed(before, _store.Replica, why.Message);
        return why;
    }

    private async ValueTask<LocalState> ReadStateAsync(IStoreSnapshot snapshot, CancellationToken cancellationToken)
    {
        ScopeState state = await snapshot.GetScopeAsync(_scope, cancellationToken).ConfigureAwait(false);
        ReplicaTable replicas = snapshot.Replicas;
        GlobalVector? peer = await _ledger.ReadPeerAsync(snapshot, _scope, cancellationToken).ConfigureAwait(false);
        if (peer is not null && await PartialPush.ReadAsync(snapshot, _scope, cancellationToken).ConfigureAwait(false) is { } partial)
        {
            peer = partial.Without(peer);
        }

        FillProgress? fill = await _ledger.ReadFillAsync(snapshot, _scope, cancellationToken).ConfigureAwait(false);
        _generation = await GenerationLedger.ReadCurrentAsync(snapshot, _scope, cancellationToken).ConfigureAwait(false);
        int self = replicas.IndexOf(snapshot.Replica);
        bool isBlank = fill is null && peer is null && state.Exceptions.IsEmpty && state.Forgotten.IsEmpty
            && state.Knowledge.Without(self).IsEmpty
            && !await GivenFills.HasAsync(snapshot, _scope, cancellationToken).ConfigureAwait(false);
        return new LocalState(
            GlobalVector.From(state.Knowledge, replicas),
            StateHash.Of(state, replicas),
            state.Digest,
            peer,
            isBlank,
            !state.Exceptions.IsEmpty && fill is null,
            await _ledger.ReadPullAsync(snapshot, _scope, cancellationToken).ConfigureAwait(false),
            fill)
        {
            Generation = _generation,
        };
    }

    private async ValueTask<SessionEvent> DiscardAsync(CancellationToken cancellationToken)
    {
        await using (IStoreTransaction transaction = await _store.BeginAsync(cancellationToken).ConfigureAwait(false))
        {
            await PageInbox
                .DiscardAsync(transaction, _scope, _peer.Replica, TransferDirection.Pull, cancellationToken)
                .ConfigureAwait(false);
            await _ledger.RemovePullAsync(transaction, _scope, cancellationToken).ConfigureAwait(false);
            await _ledger.RemoveFillAsync(transaction, _scope, cancellationToken).ConfigureAwait(false);
            await transaction.CommitAsync(Durability.Normal, cancellationToken).ConfigureAwait(false);
        }

        return await LoadAsync(cancellationToken).ConfigureAwait(false);
    }

    private DateTimeOffset Now => _time.GetUtcNow() + (_report.ClockOffset ?? TimeSpan.Zero);

    private void CheckPeer(ReplicaId replica)
    {
        if (replica != _peer.Replica)
        {
            throw new SyncException(
                SyncErrorCode.TransferVoid,
                $"The peer {_peer.Transport.PeerName} has taken a new identity ({replica}, before {_peer.Replica}).",
                "The next sync introduces itself anew.");
        }
    }

    // The peer read its clock about half a round trip ago.
    private void NoteClock(long peerUnixMilliseconds, long began)
    {
        DateTimeOffset peer = DateTimeOffset.FromUnixTimeMilliseconds(peerUnixMilliseconds);
        TimeSpan offset = peer + (_time.GetElapsedTime(began) / 2) - _time.GetUtcNow();
        _report = _report with { ClockOffset = offset };
        _observer.OnClockOffset(offset);
    }

    private void ReportProgress() =>
        _observer.OnProgress(new SessionProgress(_scope, _report.PushedCount, _report.PulledCount, _pullTotal));
}
