using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Apply;

namespace Ordo.Sync.Engine.Watching;

/// <summary>Collects the changes of one transaction and publishes them once it is committed. Keeps nothing that nobody watches.</summary>
/// <param name="publisher">Who is told.</param>
/// <param name="catalog">The collections.</param>
/// <param name="origin">Where the changes come from, for watchers.</param>
/// <param name="peer">The peer that brought them here, if one did.</param>
internal sealed class ChangeCollector(
    ChangePublisher publisher, CollectionCatalog catalog, ChangeOrigin origin, ReplicaId peer = default) : IChangeSink
{
    // Few: a commit concerns one lane, or those that a group of writes concerns.
    private readonly List<string> _lanes = [];
    private readonly List<StoredChange> _changes = [];

    public void OnChanged(string scope, StoredRecord? before, StoredRecord? after)
    {
        if (!_lanes.Contains(scope))
        {
            _lanes.Add(scope);
        }

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
        foreach (string lane in _lanes)
        {
            publisher.Tell(lane, peer);
        }

        _lanes.Clear();
    }

    public void Discard()
    {
        _changes.Clear();
        _lanes.Clear();
    }

    private bool NeedsPerson(string scope, StoredRecord? record) =>
        record is { HasSiblings: true } && catalog.BehaviorOf(record.Key.Collection).NeedsPerson(scope, record);
}
