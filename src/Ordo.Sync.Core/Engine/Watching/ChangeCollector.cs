using Ordo.Sync.Records;
using Ordo.Sync.Replication.Apply;

namespace Ordo.Sync.Engine.Watching;

/// <summary>Collects the changes of one transaction and publishes them once it is committed. Keeps nothing that nobody watches.</summary>
internal sealed class ChangeCollector(ChangePublisher publisher, ChangeOrigin origin) : IChangeSink
{
    private readonly List<StoredChange> _changes = [];

    public void OnChanged(string scope, StoredRecord? before, StoredRecord? after)
    {
        RecordKey key = (after ?? before)!.Key;
        if (publisher.IsWatched(scope, key.Collection))
        {
            _changes.Add(new StoredChange(scope, key, after, origin));
        }
    }

    public void Publish()
    {
        foreach (StoredChange change in _changes)
        {
            publisher.Publish(change);
        }

        _changes.Clear();
    }

    public void Discard() => _changes.Clear();
}
