using System.Diagnostics;
using Ordo.Sync.Diagnostics;
using Ordo.Sync.Errors;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Apply;
using Ordo.Sync.Replication.Codec;
using Ordo.Sync.Replication.Generations;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Replication.Outcomes;
using Ordo.Sync.Replication.Session;
using Ordo.Sync.Replication.Transfer;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Engine.Sessions;

// What the peer hands over: pages, and the news that versions are called otherwise from now on.
public sealed partial class SessionRunner
{
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
        if (!await _guard.KnowsAsync(response.Lease, request.Replica, cancellationToken).ConfigureAwait(false))
        {
            throw await RenewAsync(cancellationToken).ConfigureAwait(false);
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
                throw await RenewAsync(cancellationToken).ConfigureAwait(false);
            }

            GlobalVector? before = await _ledger.ReadPeerAsync(transaction, _scope, cancellationToken).ConfigureAwait(false);
            var receiver = new PageReceiver(transaction, _scope, _peer.Replica, _ledger, _catalog, _generation, _transfer);
            ApplyResult result = await receiver.ReceiveAsync(page.Response, page.IsFill, Now, _observer, cancellationToken)
                .ConfigureAwait(false);
            if (result.Status == ApplyStatus.Applied)
            {
                IReadOnlyList<string> declared = await _catalog.SaveAsync(transaction, cancellationToken)
                    .ConfigureAwait(false);
                await OutcomeLog.AddAsync(transaction, _scope, result.Met, Now, cancellationToken).ConfigureAwait(false);
                await StateLostAsync(transaction, before, cancellationToken).ConfigureAwait(false);
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

            if (receiver.HasLostPages)
            {
                return await DiscardAsync(cancellationToken).ConfigureAwait(false);
            }

            var loaded = (SessionEvent.StateLoaded)await LoadAsync(cancellationToken).ConfigureAwait(false);
            if (receiver.MustAskAgain)
            {
                return loaded;
            }

            return new SessionEvent.PageReceived(result.Status, loaded.State);
        }
        catch (SyncException exception) when (exception.IsCommitted)
        {
            // It is there to be read, so whoever watches hears of it; the sync fails.
            await _observer.OnCommittedAsync(_scope, cancellationToken).ConfigureAwait(false);
            throw;
        }
        catch
        {
            _observer.OnUndone();
            throw;
        }
    }

    private async ValueTask StateLostAsync(IStoreTransaction transaction, GlobalVector? before, CancellationToken cancellationToken)
    {
        GlobalVector? known = await _ledger.ReadPeerAsync(transaction, _scope, cancellationToken).ConfigureAwait(false);
        if (known?.Equals(before) == false)
        {
            await StateLostAsync(transaction, before, known, cancellationToken).ConfigureAwait(false);
        }
    }

    // In the transaction that notes what the peer knows: afterwards nothing tells that it knew more.
    private ValueTask StateLostAsync(
        IStoreTransaction transaction, GlobalVector? before, GlobalVector known, CancellationToken cancellationToken) =>
        RestampsUnsynced
            ? LostElements.StateAsync(transaction, _scope, _catalog, before, known, Now, cancellationToken)
            : ValueTask.CompletedTask;

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

    private async ValueTask<SessionEvent> AdoptAsync(PullResponse response, CancellationToken cancellationToken)
    {
        GlobalVector folded = response.NextKnown
            ?? throw WireFormat.Malformed("pull response", "a generation names what it folds.");
        if (await _guard.IsOvertakenAsync(folded, cancellationToken).ConfigureAwait(false))
        {
            throw await RenewAsync(cancellationToken).ConfigureAwait(false);
        }

        bool isWhole;
        GlobalVector acknowledged = GlobalVector.Empty;
        await using (IStoreTransaction transaction = await _store.BeginAsync(cancellationToken).ConfigureAwait(false))
        {
            ScopeState state = await transaction.GetScopeAsync(_scope, cancellationToken).ConfigureAwait(false);
            isWhole = state.Exceptions.IsEmpty;
            if (isWhole)
            {
                var generation = new ScopeGeneration(response.Generation, _generation, folded);
                acknowledged = await GenerationAdoption.RunAsync(
                    transaction, _scope, _catalog, generation, KeepsGenerations, cancellationToken).ConfigureAwait(false);
                await _ledger.RemovePeerAsync(transaction, _scope, cancellationToken).ConfigureAwait(false);
                await _ledger.RemovePullAsync(transaction, _scope, cancellationToken).ConfigureAwait(false);
                await PartialPush.DropAsync(transaction, _scope, cancellationToken).ConfigureAwait(false);
                await PageInbox
                    .DiscardAsync(transaction, _scope, _peer.Replica, TransferDirection.Pull, cancellationToken)
                    .ConfigureAwait(false);
                await transaction.CommitTracedAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
            }
        }

        if (!isWhole)
        {
            throw await RestartAsync(cancellationToken).ConfigureAwait(false);
        }

        _report = _report with { GenerationCount = _report.GenerationCount + 1 };
        _observer.OnRenamed(_scope, acknowledged);
        return await LoadAsync(cancellationToken).ConfigureAwait(false);
    }
}
