using System.Runtime.CompilerServices;
using Ordo.Sync.Engine.Queries;
using Ordo.Sync.Engine.Watching;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Engine.Collections;

/// <content>How a collection tells of changes.</content>
internal sealed partial class SyncCollection<T>
{
    public IObservable<RecordChange<T>> Changes => new ChangeObservable<T>(this);

    public LiveCollection<T> Live(Action<LiveOptions<T>>? configure)
    {
        var options = new LiveOptions<T>();
        configure?.Invoke(options);
        return new LiveCollection<T>(this, options, engine.Time);
    }

    public async IAsyncEnumerable<RecordChange<T>> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        using ChangeQueue queue = Subscribe(countMax: int.MaxValue);
        while (await queue.TakeAsync(cancellationToken).ConfigureAwait(false) is { } change)
        {
            yield return ChangeOf(change);
        }
    }

    /// <summary>Begins to hear of changes.</summary>
    public ChangeQueue Subscribe(int countMax) =>
        engine.Publisher.Subscribe(new WatchFilter(_lane.Name, Name, ConflictsOnly: false), countMax);

    /// <summary>A change as a watcher is shown it.</summary>
    public RecordChange<T> ChangeOf(StoredChange change) => new(
        change.Key.Key, change.After is null ? null : Show(change.After, _lane.Replica.Store), change.Origin);

    /// <summary>What a live collection holds of a record; <see langword="null"/> where the query does not find it.</summary>
    public LiveEntry<T>? EntryOf(StoredRecord stored, QueryBuilder<T> query)
    {
        ReadOnlyMemory<byte> shown = _behavior.View(scope, stored).Payload;
        foreach (IndexCondition condition in query.Conditions)
        {
            if (!condition.Matches(IndexExtractor.Extract(shown, IndexOf(condition.Field))))
            {
                return null;
            }
        }

        return Show(stored, _lane.Replica.Store) is { } record
            ? new LiveEntry<T>(
                record, query.Order is { } order ? IndexExtractor.Extract(shown, IndexOf(order)) : IndexValue.Absent)
            : null;
    }
}
