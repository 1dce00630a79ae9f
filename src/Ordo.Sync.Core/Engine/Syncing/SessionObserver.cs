using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts.Strategies;
using Ordo.Sync.Engine.Extensions;
using Ordo.Sync.Engine.Payloads;
using Ordo.Sync.Engine.Watching;
using Ordo.Sync.Engine.Writes;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Outcomes;
using Ordo.Sync.Replication.Session;

namespace Ordo.Sync.Engine.Syncing;

/// <summary>
/// Passes on what a session does: changes to watchers and extensions, outcomes to writers, progress to the caller.
/// </summary>
internal sealed class SessionObserver(
    ChangePublisher publisher,
    CollectionCatalog catalog,
    ExtensionHost extensions,
    IPayloadSerializer serializer,
    OutcomeBoard outcomes,
    PeerClock clock,
    IProgress<SyncProgress>? progress,
    ReplicaId peer) : ISessionObserver
{
    private readonly ChangeCollector _changes = new(publisher, catalog, ChangeOrigin.Remote, peer);
    private List<AppliedChange> _applied = [];

    /// <summary>Is told that the store took a new identity, and why.</summary>
    public Action<ReplicaId, string>? IdentityRenewed { get; init; }

    public void OnChanged(string scope, StoredRecord? before, StoredRecord? after)
    {
        _changes.OnChanged(scope, before, after);
        RecordKey key = (after ?? before)!.Key;
        if (extensions.IsEmpty || SystemCollections.Contains(key.Collection))
        {
            return;
        }

        RecordView view = after is null ? default : catalog.BehaviorOf(key.Collection).View(scope, after);
        _applied.Add(new AppliedChange(key.Collection, key.Key, view.State, view.Payload, serializer));
    }

    public ValueTask OnCommittingAsync(string scope, CancellationToken cancellationToken) => _applied.Count == 0
        ? ValueTask.CompletedTask
        : extensions.BeforeApplyAsync(new ApplyContext(ScopeLane.ScopeOf(scope), _applied), cancellationToken);

    public async ValueTask OnCommittedAsync(string scope, CancellationToken cancellationToken)
    {
        _changes.Publish();
        if (_applied.Count > 0)
        {
            List<AppliedChange> applied = _applied;
            _applied = [];
            await extensions.AfterApplyAsync(new ApplyContext(ScopeLane.ScopeOf(scope), applied), cancellationToken).ConfigureAwait(false);
        }
    }

    public void OnUndone()
    {
        _changes.Discard();
        _applied = [];
    }

    public void OnOutcomes(string scope, IReadOnlyList<OutcomeEntry> learnt)
    {
        outcomes.Note(scope, learnt);
        foreach (OutcomeEntry entry in learnt)
        {
            if (entry.Outcome == WriteOutcome.Rejected)
            {
                publisher.PublishConflict(new StoredChange(
                    scope, entry.Key, After: null, ChangeOrigin.Remote, WaitedBefore: false, WaitsNow: true));
            }
        }
    }

    public void OnAcknowledged(string scope, GlobalVector peerKnowledge, IReadOnlyList<OutcomeEntry> learnt) =>
        outcomes.Acknowledge(scope, peerKnowledge, learnt);

    // Who watches keeps versions by their names, to base edits on them.
    public void OnRenamed(string scope, GlobalVector acknowledged)
    {
        outcomes.Fold(scope, acknowledged);
        publisher.Renew(scope);
    }

    public void OnIdentityRenewed(ReplicaId before, ReplicaId after, string reason) => IdentityRenewed?.Invoke(after, reason);

    public void OnProgress(SessionProgress moved) => progress?.Report(
        new SyncProgress(ScopeLane.ScopeOf(moved.Scope), moved.PushedCount, moved.PulledCount, moved.PullTotal));

    public void OnClockOffset(TimeSpan offset) => clock.Offset = offset;
}
