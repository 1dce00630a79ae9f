using Ordo.Sync.Causality;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Outcomes;
using Ordo.Sync.Replication.Session;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Identity;

namespace Ordo.Sync.Engine.Sessions;

// What the peer is known to have.
public sealed partial class SessionRunner
{
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
                await StateLostAsync(transaction, before, ack.PeerKnowledge, cancellationToken).ConfigureAwait(false);
            }

            if (_confirmed != UInt128.Zero)
            {
                await _guard.ConfirmAsync(transaction, _confirmed, cancellationToken).ConfigureAwait(false);
                await _guard.TakeAsync(transaction, ack.PeerKnowledge, cancellationToken).ConfigureAwait(false);
            }

            if (_claimed is { } claimed)
            {
                await PartialPush.AnswerAsync(transaction, _scope, _sentOn, claimed, ack.PeerKnowledge, cancellationToken)
                    .ConfigureAwait(false);
            }

            // Also where it is not new: what a peer knows may have been learnt from a page that it sent.
            int pruned = await PruneAsync(transaction, ack.PeerKnowledge, isNew, cancellationToken).ConfigureAwait(false);

            await KeepRefusedAsync(transaction, ack.Outcomes, cancellationToken).ConfigureAwait(false);
            OutcomeEntry[] news = [.. ack.Outcomes.Where(entry => !_logged.Contains(entry))];
            await OutcomeLog.AddAsync(transaction, _scope, news, Now, cancellationToken).ConfigureAwait(false);

            // A push of the peer may have brought what the fill still waited for: no page comes any more then.
            bool isFilled = await _ledger.TryEndFillAsync(transaction, _scope, cancellationToken).ConfigureAwait(false);
            LocalState state = await ReadStateAsync(transaction, cancellationToken).ConfigureAwait(false);
            loaded = new SessionEvent.StateLoaded(state);
            if (isNew || isFilled || pruned > 0 || ack.Outcomes.Count > 0 || _confirmed != UInt128.Zero)
            {
                await transaction.CommitTracedAsync(Durability.Normal, cancellationToken).ConfigureAwait(false);
            }
        }

        _confirmed = UInt128.Zero;
        _claimed = null;
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
}
