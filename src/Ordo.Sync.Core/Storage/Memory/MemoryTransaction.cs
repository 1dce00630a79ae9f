using Ordo.Sync.Causality;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;

namespace Ordo.Sync.Storage.Memory;

/// <summary>A write: a fork of the committed state that the commit publishes.</summary>
internal sealed class MemoryTransaction : MemorySnapshot, IStoreTransaction
{
    private readonly InMemoryRecordStore _store;

    public MemoryTransaction(InMemoryRecordStore store, MemoryState fork)
        : base(fork) => _store = store;

    public ValueTask<int> InternAsync(ReplicaId replica, CancellationToken cancellationToken = default)
    {
        if (replica.IsEmpty)
        {
            throw new ArgumentException("The empty replica id names no store.", nameof(replica));
        }

        cancellationToken.ThrowIfCancellationRequested();
        State.Replicas = State.Replicas.With(replica, out int index);
        return new(index);
    }

    public Dot NextDots(int count = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (State.Counter > Dot.CounterMax - count)
        {
            throw new InvalidOperationException(
                $"The store '{_store.Name}' has issued {State.Counter} dots, nearly all an incarnation has. "
                + "Rotate its identity.");
        }

        var first = new Dot(State.Replicas.Require(State.Replica), State.Counter + 1);
        State.Counter += count;
        return first;
    }

    public void AdvanceClock(HybridTimestamp timestamp) => State.Clock = HybridTimestamp.Max(State.Clock, timestamp);

    public void ResetClock(HybridTimestamp timestamp) => State.Clock = timestamp;

    public ValueTask<bool> TryAddAsync(
        string scope, StoredRecord record, CancellationToken cancellationToken = default)
    {
        Validate(scope, record);
        cancellationToken.ThrowIfCancellationRequested();
        if (Find(State, scope, record.Key) is not null)
        {
            return new(false);
        }

        Put(scope, record);
        return new(true);
    }

    public ValueTask PutAsync(string scope, StoredRecord record, CancellationToken cancellationToken = default)
    {
        Validate(scope, record);
        cancellationToken.ThrowIfCancellationRequested();
        Put(scope, record);
        return default;
    }

    public ValueTask RemoveAsync(string scope, RecordKey key, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Find(State, scope, key) is not null)
        {
            State.OwnScope(scope).Remove(key, State.Schemas.GetValueOrDefault(key.Collection));
        }

        return default;
    }

    public ValueTask SetScopeAsync(string scope, ScopeState state, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(state);
        cancellationToken.ThrowIfCancellationRequested();
        State.OwnScope(scope).State = state;
        return default;
    }

    public ValueTask DropScopeAsync(string scope, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        State.DropScope(scope);
        return default;
    }

    public ValueTask AppendJournalAsync(JournalEntry entry, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entry);
        cancellationToken.ThrowIfCancellationRequested();
        State.AppendJournal(entry);
        return default;
    }

    public ValueTask<int> PruneJournalAsync(string scope, Dot upTo, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(State.PruneJournal(scope, upTo));
    }

    public ValueTask SetLocalAsync(
        string area, string key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(area);
        ArgumentNullException.ThrowIfNull(key);
        cancellationToken.ThrowIfCancellationRequested();

        // A copy: unlike a record's payload, the value may stand in a buffer that its caller uses again.
        State.Locals.Set(new LocalName(area, key), value.ToArray());
        return default;
    }

    public ValueTask RemoveLocalAsync(string area, string key, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        State.Locals.Remove(new LocalName(area, key));
        return default;
    }

    public ValueTask RotateAsync(ReplicaId replica, CancellationToken cancellationToken = default)
    {
        if (replica.IsEmpty || replica == State.Replica)
        {
            throw new ArgumentException(
                "A new incarnation takes a new id, else its dots are issued twice.", nameof(replica));
        }

        cancellationToken.ThrowIfCancellationRequested();
        State.Replicas = State.Replicas.With(replica, out _);
        State.Replica = replica;
        State.Counter = 0;
        return default;
    }

    public ValueTask CommitAsync(Durability durability, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _store.Publish(State);
        return DisposeAsync();
    }

    protected override void OnEnd() => _store.EndWrite();

    private static void Validate(string scope, StoredRecord record)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(record);
        if (record.Versions.IsDefaultOrEmpty)
        {
            throw new ArgumentException($"The record {record.Key} has no version.", nameof(record));
        }
    }

    private void Put(string scope, StoredRecord record)
    {
        // The entry first: a payload that cannot be indexed throws before anything has changed.
        CollectionSchema? schema = State.Schemas.GetValueOrDefault(record.Key.Collection);
        MemoryEntry entry = MemoryEntry.Of(record, schema);
        State.OwnScope(scope).Put(entry, schema);
    }
}
