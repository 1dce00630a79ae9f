using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Outcomes;
using Ordo.Sync.Replication.Session;

namespace Ordo.Sync.AspNetCore.Upstream;

/// <summary>Tells this hub's listeners what came from the hub above, at each commit: a first transfer is usable while it runs.</summary>
internal sealed class UpstreamObserver(Action<string> changed) : ISessionObserver
{
    private bool _hasChanged;

    public void OnChanged(string scope, StoredRecord? before, StoredRecord? after) => _hasChanged = true;

    public ValueTask OnCommittingAsync(string scope, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public ValueTask OnCommittedAsync(string scope, CancellationToken cancellationToken = default)
    {
        if (_hasChanged)
        {
            _hasChanged = false;
            changed(scope);
        }

        return ValueTask.CompletedTask;
    }

    public void OnUndone() => _hasChanged = false;

    // A hub's own versions are refusals that it stated; nobody waits for what becomes of them.
    public void OnOutcomes(string scope, IReadOnlyList<OutcomeEntry> outcomes)
    {
    }

    public void OnAcknowledged(string scope, GlobalVector peerKnowledge, IReadOnlyList<OutcomeEntry> outcomes)
    {
    }

    // Devices below are told at once: what they push is of a generation that has ended.
    public void OnRenamed(string scope, GlobalVector acknowledged) => changed(scope);

    public void OnProgress(SessionProgress progress)
    {
    }

    public void OnClockOffset(TimeSpan offset)
    {
    }
}
