using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Apply;

namespace Ordo.Sync.Engine.Watching;

/// <summary>Collects the changes of one transaction and publishes them once it is committed. Keeps nothing that nobody watches.</summary>
internal sealed class ChangeCollector(ChangePublisher publisher, CollectionCatalog catalog, ChangeOrigin origin) : IChangeSink
{
    private readonly List<StoredChange> _changes = [];

    public void OnChanged(string scope, StoredRecord? before, StoredRecord? after)
    {
        RecordKey key = (after ?? before)!.Key;
        bool waited = NeedsPerson(scope, before);
        bool waits = NeedsPerson(scope, after);
        if (publisher.IsWatched(scope, key.Collection, waited || waits))
        {
            _changes.Add(new StoredChange(scope, key, after, origin, waited, waits));
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

    private bool NeedsPerson(string scope, StoredRecord? record) =>
        record is { HasSiblings: true } && catalog.BehaviorOf(record.Key.Collection).NeedsPerson(scope, record);
}
