using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Outcomes;
using Ordo.Sync.Replication.Session;

namespace Ordo.Sync.Testing.Simulation;

/// <summary>Watches nothing: for sessions of a store that no app looks at.</summary>
internal sealed class SilentObserver : ISessionObserver
{
    public void OnChanged(string scope, StoredRecord? before, StoredRecord? after)
    {
    }

    public ValueTask OnCommittingAsync(string scope, CancellationToken cancellationToken) => default;

    public ValueTask OnCommittedAsync(string scope, CancellationToken cancellationToken) => default;

    public void OnUndone()
    {
    }

    public void OnOutcomes(string scope, IReadOnlyList<OutcomeEntry> outcomes)
    {
    }

    public void OnAcknowledged(string scope, GlobalVector peerKnowledge, IReadOnlyList<OutcomeEntry> outcomes)
    {
    }

    public void OnProgress(SessionProgress progress)
    {
    }

    public void OnClockOffset(TimeSpan offset)
    {
    }
}
