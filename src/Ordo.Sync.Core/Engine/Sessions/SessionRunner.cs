using System.Diagnostics;
using Ordo.Sync.Causality;
using Ordo.Sync.Diagnostics;
using Ordo.Sync.Errors;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Apply;
using Ordo.Sync.Replication.Codec;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Replication.Outcomes;
using Ordo.Sync.Replication.Session;
using Ordo.Sync.Replication.Transfer;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Identity;

namespace Ordo.Sync.Engine.Sessions;

/// <summary>
/// The thin asynchronous shell around <see cref="SyncSession"/>: carries its effects out over a store and a peer. One runner
/// runs one session of one scope.
/// </summary>
public sealed class SessionRunner
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
    private long _pullTotal;
    private UInt128 _confirmed;

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

    /// <summary>Lets the session pull alone: the peer has asked that nothing be pushed for a while.</summary>
    /// <param name="refusal">What it said.</param>
    public void HoldPush(SyncException refusal) => _report = _report with { PushRefusal = refusal };

    /// <summary>Runs the session to its end.</summary>
    /// <exception cref="SyncException">The store, the transport or the peer failed; what was durable stays so.</exception>
    public async ValueTask<SessionReport> RunAsync(CancellationToken cancellationToken = default)
    {
        var session = new SyncSession(_scope, _store.Replica, _transfer, _peer.PageBytesMax);
        SessionEffect effect = session.Start();
        while (effect is not SessionEffect.Finish)
        {
            cancellationToken.ThrowIfCancellationRequested();
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
        await _ledger.RemoveFillAsync(transaction, _scope, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
        return new SyncException(
            SyncErrorCode.TransferVoid,
            $"The first transfer of '{_scope}' could not go on, since its sender changed; the scope starts anew.",
            "Nothing written here is lost.");
    }

    private async ValueTask<LocalState> ReadStateAsync(IStoreSnapshot snapshot, CancellationToken cancellationToken)
    {
        ScopeState state = await snapshot.GetScopeAsync(_scope, cancellationToken).ConfigureAwait(false);
        ReplicaTable replicas = snapshot.Replicas;
        GlobalVector? peer = await _ledger.ReadPeerAsync(snapshot, _scope, cancellationToken).ConfigureAwait(false);
        FillProgress? fill = await _ledger.ReadFillAsync(snapshot, _scope, cancellationToken).ConfigureAwait(false);
        int self = replicas.IndexOf(snapshot.Replica);
        bool isBlank = fill is null && peer is null && state.Exceptions.IsEmpty && state.Forgotten.IsEmpty
            && state.Knowledge.Without(self).IsEmpty;
        return new LocalState(
            GlobalVector.From(state.Knowledge, replicas),
            StateHash.Of(state, replicas),
            state.Digest,
            peer,
            isBlank,
            !state.Exceptions.IsEmpty && fill is null,
            await _ledger.ReadPullAsync(snapshot, _scope, cancellationToken).ConfigureAwait(false),
            fill);
    }

    private async ValueTask<SessionEvent> PullAsync(PullRequest request, CancellationToken cancellationToken)
    {
        if (request.Fill is { After: not null } fill)
        {
            request = request with { Fill = fill with { Sender = _peer.Replica } };
        }

        long began = _time.GetTimestamp();
        PullResponse response = await _peer.Transport.PullAsync(request, cancellationToken).ConfigureAwait(false);
        _report = _report with { RoundTripCount = _report.RoundTripCount + 1 };
        _pullTotal = response.LiveCount;
        CheckPeer(response.Replica);
        NoteClock(response.UnixMilliseconds, began);
        if (!await _guard.KnowsAsync(response.Lease, cancellationToken).ConfigureAwait(false))
        {
            throw await _guard.RenewAsync(Now, cancellationToken).ConfigureAwait(false);
        }

        return new SessionEvent.PullAnswered(response);
    }

    private async ValueTask<SessionEvent> ReceiveAsync(SessionEffect.ReceivePage page, CancellationToken cancellationToken)
    {
        using Activity? activity = SyncActivities.Start("ordo.sync.apply", ActivityKind.Internal, _scope);
        await using IStoreTransaction transaction = await _store.BeginAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (await _guard.IsOvertakenAsync(
                transaction, PageReader.Open(page.Response.Page).Header.Knowledge, cancellationToken).ConfigureAwait(false))
            {
                await transaction.DisposeAsync().ConfigureAwait(false);
                throw await _guard.RenewAsync(Now, cancellationToken).ConfigureAwait(false);
            }

            var receiver = new PageReceiver(transaction, _scope, _peer.Replica, _ledger, _catalog, _transfer);
            ApplyResult result = await receiver.ReceiveAsync(page.Response, page.IsFill, Now, _observer, cancellationToken)
                .ConfigureAwait(false);
            if (result.Status == ApplyStatus.Applied)
            {
                IReadOnlyList<string> declared = await _catalog.SaveAsync(transaction, cancellationToken)
                    .ConfigureAwait(false);
                await OutcomeLog.AddAsync(transaction, _scope, result.Met, Now, cancellationToken).ConfigureAwait(false);
                LocalState state = await ReadStateAsync(transaction, cancellationToken).ConfigureAwait(false);
                await _observer.OnCommittingAsync(_scope, cancellationToken).ConfigureAwait(false);
                await transaction.CommitTracedAsync(
                    receiver.IsFinal ? Durability.Full : Durability.Normal, cancellationToken).ConfigureAwait(false);
                _catalog.MarkSaved(declared);
                await _observer.OnCommittedAsync(_scope, cancellationToken).ConfigureAwait(false);
                _observer.OnOutcomes(_scope, result.Met);
                _logged.UnionWith(result.Met);
                Count(result);
                return new SessionEvent.PageReceived(result.Status, state);
            }

            _observer.OnUndone();
            await transaction.DisposeAsync().ConfigureAwait(false);
            if (receiver.IsVoid)
            {
                throw await RestartAsync(cancellationToken).ConfigureAwait(false);
            }

            var loaded = (SessionEvent.StateLoaded)await LoadAsync(cancellationToken).ConfigureAwait(false);
            return new SessionEvent.PageReceived(result.Status, loaded.State);
        }
        catch
        {
            _observer.OnUndone();
            throw;
        }
    }

    private void Count(ApplyResult result)
    {
        _report = _report with
        {
            PulledCount = _report.PulledCount + result.ReceivedCount,
            ChangedCount = _report.ChangedCount + result.ChangedCount,
            ConflictCount = _report.ConflictCount + result.Outcomes.Length,
            RestampedCount = _report.RestampedCount + result.RestampedCount,
        };
        ReportProgress();
    }

    private async ValueTask<SessionEvent> DiscardAsync(CancellationToken cancellationToken)
    {
        await using (IStoreTransaction transaction = await _store.BeginAsync(cancellationToken).ConfigureAwait(false))
        {
            await PageInbox.DiscardAsync(transaction, _scope, _peer.Replica, cancellationToken).ConfigureAwait(false);
            await _ledger.RemovePullAsync(transaction, _scope, cancellationToken).ConfigureAwait(false);
            await _ledger.RemoveFillAsync(transaction, _scope, cancellationToken).ConfigureAwait(false);
            await transaction.CommitAsync(Durability.Normal, cancellationToken).ConfigureAwait(false);
        }

        return await LoadAsync(cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<SessionEvent> BuildAsync(SessionEffect.BuildPush build, CancellationToken cancellationToken)
    {
        if (_report.PushRefusal is not null)
        {
            return new SessionEvent.PushForbidden();
        }

        await using IStoreSnapshot snapshot = await _store.ReadAsync(cancellationToken).ConfigureAwait(false);
        BuiltPage page = await PageBuilder.BuildChangesAsync(
            snapshot,
            _catalog,
            _scope,
            build.Known,
            build.Cursor,
            new ReadBudget(_peer.PageBytesMax, ProtocolLimits.PageRecordsMax),
            cancellationToken).ConfigureAwait(false);
        _builtCount = page.RecordCount;
        return new SessionEvent.PushBuilt(page);
    }

    private async ValueTask<SessionEvent> PushAsync(SessionEffect.SendPush push, CancellationToken cancellationToken)
    {
        var request = new PushRequest(_scope, _store.Replica, push.Transfer, push.Number, push.IsFinal, push.Page);
        PushResponse response;
        try
        {
            response = await SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (response.Status == PushStatus.LeaseUnknown
                && await _guard.KnowsAsync(response.Lease, cancellationToken).ConfigureAwait(false))
            {
                // The answer to an earlier push was lost: the peer holds what that one proposed.
                await _guard.ConfirmAsync(response.Lease, cancellationToken).ConfigureAwait(false);
                response = await SendAsync(request, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (SyncException exception) when (exception.Code is SyncErrorCode.Forbidden or SyncErrorCode.QuotaExceeded)
        {
            _report = _report with { PushRefusal = exception };
            return new SessionEvent.PushForbidden();
        }

        if (response.Status == PushStatus.LeaseUnknown
            || await _guard.IsOvertakenAsync(response.Knowledge, cancellationToken).ConfigureAwait(false))
        {
            throw await _guard.RenewAsync(Now, cancellationToken).ConfigureAwait(false);
        }

        _confirmed = response.Status == PushStatus.Applied ? response.Lease : UInt128.Zero;
        _report = _report with { PushedCount = _report.PushedCount + _builtCount };
        ReportProgress();
        return new SessionEvent.PushAnswered(response);
    }

    private async ValueTask<PushResponse> SendAsync(PushRequest request, CancellationToken cancellationToken)
    {
        request = await _guard.ProposeAsync(request, cancellationToken).ConfigureAwait(false);
        long began = _time.GetTimestamp();
        PushResponse response = await _peer.Transport.PushAsync(request, cancellationToken).ConfigureAwait(false);
        _report = _report with { RoundTripCount = _report.RoundTripCount + 1 };
        CheckPeer(response.Replica);
        NoteClock(response.UnixMilliseconds, began);
        return response;
    }

    private async ValueTask<SessionEvent> AcknowledgeAsync(
        SessionEffect.Acknowledge ack, CancellationToken cancellationToken)
    {
        SessionEvent.StateLoaded loaded;
        await using (IStoreTransaction transaction = await _store.BeginAsync(cancellationToken).ConfigureAwait(false))
        {
            GlobalVector? before = await _ledger.ReadPeerAsync(transaction, _scope, cancellationToken).ConfigureAwait(false);
            bool isNew = !ack.PeerKnowledge.Equals(before);
            if (isNew)
            {
                await _ledger.WritePeerAsync(transaction, _scope, ack.PeerKnowledge, cancellationToken).ConfigureAwait(false);
            }

            if (_confirmed != UInt128.Zero)
            {
                await _guard.ConfirmAsync(transaction, _confirmed, cancellationToken).ConfigureAwait(false);
            }

            // Also where it is not new: what a peer knows may have been learnt from a page that it sent.
            int pruned = await PruneAsync(transaction, ack.PeerKnowledge, isNew, cancellationToken).ConfigureAwait(false);

            await KeepRefusedAsync(transaction, ack.Outcomes, cancellationToken).ConfigureAwait(false);
            OutcomeEntry[] news = [.. ack.Outcomes.Where(entry => !_logged.Contains(entry))];
            await OutcomeLog.AddAsync(transaction, _scope, news, Now, cancellationToken).ConfigureAwait(false);

            LocalState state = await ReadStateAsync(transaction, cancellationToken).ConfigureAwait(false);
            loaded = new SessionEvent.StateLoaded(state);
            if (isNew || pruned > 0 || ack.Outcomes.Count > 0 || _confirmed != UInt128.Zero)
            {
                await transaction.CommitTracedAsync(Durability.Normal, cancellationToken).ConfigureAwait(false);
            }
        }

        _confirmed = UInt128.Zero;
        int rejected = ack.Outcomes.Count(entry => entry.Outcome == WriteOutcome.Rejected);
        _report = _report with
        {
            ConflictCount = _report.ConflictCount + ack.Outcomes.Count - rejected,
            RejectedCount = _report.RejectedCount + rejected,
        };
        _observer.OnAcknowledged(_scope, ack.PeerKnowledge, ack.Outcomes);
        return loaded;
    }

    // Kept at once: before the next pull somebody may write over the version that says what was refused.
    private async ValueTask KeepRefusedAsync(
        IStoreTransaction transaction, IReadOnlyList<OutcomeEntry> outcomes, CancellationToken cancellationToken)
    {
        foreach (OutcomeEntry entry in outcomes)
        {
            if (entry is { Outcome: WriteOutcome.Rejected, Rejection: { } rejection })
            {
                StoredRecord? record = await transaction.GetAsync(_scope, entry.Key, cancellationToken).ConfigureAwait(false);
                await RejectedWrites.KeepAsync(transaction, _scope, record, entry.Version, rejection, cancellationToken)
                    .ConfigureAwait(false);
            }
        }
    }

    private async ValueTask<int> PruneAsync(
        IStoreTransaction transaction, GlobalVector peerKnowledge, bool isNew, CancellationToken cancellationToken)
    {
        int pruned = 0;
        foreach (ReplicaId own in await Incarnations.ListAsync(transaction, cancellationToken).ConfigureAwait(false))
        {
            long counter = peerKnowledge[own];
            int index = transaction.Replicas.IndexOf(own);
            if (counter > 0 && index >= 0)
            {
                int removed = await transaction.PruneJournalAsync(_scope, new Dot(index, counter), cancellationToken)
                    .ConfigureAwait(false);
                pruned += removed;
                if (isNew || removed > 0)
                {
                    await OutcomeLog.AcknowledgeAsync(transaction, _scope, new GlobalDot(own, counter), cancellationToken)
                        .ConfigureAwait(false);
                }
            }
        }

        return pruned;
    }

    private async ValueTask<SessionEvent> RestampAsync(
        SessionEffect.Restamp restamp, CancellationToken cancellationToken)
    {
        await using (IStoreTransaction transaction = await _store.BeginAsync(cancellationToken).ConfigureAwait(false))
        {
            GlobalVector peer = await _ledger.ReadPeerAsync(transaction, _scope, cancellationToken).ConfigureAwait(false)
                ?? GlobalVector.Empty;
            int count = await SkewRecovery.RestampUnsyncedAsync(
                transaction,
                _scope,
                _catalog,
                peer.ToLocal(transaction.Replicas),
                DateTimeOffset.FromUnixTimeMilliseconds(restamp.PeerUnixMilliseconds),
                cancellationToken).ConfigureAwait(false);
            await transaction.CommitAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
            _report = _report with { RestampedCount = _report.RestampedCount + count };
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
