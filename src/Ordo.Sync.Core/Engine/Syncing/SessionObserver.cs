using Ordo.Sync.Causality;
using Ordo.Sync.Engine.Watching;
using Ordo.Sync.Engine.Writes;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Session;

namespace Ordo.Sync.Engine.Syncing;

/// <summary>Passes on what a session does: changes to watchers, acknowledgements to writers, progress to the caller.</summary>
internal sealed class SessionObserver(
    ChangePublisher publisher, OutcomeBoard outcomes, PeerClock clock, IProgress<SyncProgress>? progress) : ISessionObserver
{
    private readonly ChangeCollector _changes = new(publisher, ChangeOrigin.Remote);

    public void OnChanged(string scope, StoredRecord? before, StoredRecord? after) => _changes.OnChanged(scope, before, after);

    public void OnCommitted() => _changes.Publish();

    public void OnUndone() => _changes.Discard();

    public void OnAcknowledged(string scope, GlobalVector peerKnowledge, IReadOnlyList<GlobalDot> conflicts) =>
        outcomes.Acknowledge(scope, peerKnowledge, conflicts, WriteOutcome.Merged);

    public void OnProgress(SessionProgress moved) => progress?.Report(
        new SyncProgress(moved.Scope, moved.PushedCount, moved.PulledCount, moved.PullTotal));

    public void OnClockOffset(TimeSpan offset) => clock.Offset = offset;
}
