using Ordo.Sync.Causality;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;

namespace Ordo.Sync.Storage.Memory;

/// <summary>Reads of one version of a memory store. Every read completes at once.</summary>
internal class MemorySnapshot : IStoreSnapshot
{
    private MemoryState? _state;

    public MemorySnapshot(MemoryState state) => _state = state;

    public ReplicaTable Replicas => State.Replicas;

    public ReplicaId Replica => State.Replica;

    public HybridTimestamp Clock => State.Clock;

    public long Counter => State.Counter;

    protected MemoryState State => _state ?? throw new ObjectDisposedException(GetType().Name);

    public ValueTask<ScopeState> GetScopeAsync(string scope, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(State.FindScope(scope)?.State ?? ScopeState.Empty);
    }

    public ValueTask<IReadOnlyList<string>> ListScopesAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(State.Scopes.All().Where(entry => !entry.Value.IsEmpty).Select(entry => entry.Key.Value).ToList());
    }

    public ValueTask<StoredRecord?> GetAsync(
        string scope, RecordKey key, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(Find(State, scope, key));
    }

    public ValueTask<ChangeSlice> ReadChangesAsync(
        string scope, ChangeQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        cancellationToken.ThrowIfCancellationRequested();
        return new(State.FindScope(scope)?.ReadChanges(query, Load) ?? new ChangeSlice([], null));
    }

    public ValueTask<RangeSlice> ReadRangeAsync(
        string scope, KeyRange range, ReadBudget budget, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(State.FindScope(scope)?.ReadRange(range, budget, Load) ?? new RangeSlice([], IsLast: true));
    }

    public ValueTask<IReadOnlyList<StoredRecord>> QueryAsync(
        string scope, RecordQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        cancellationToken.ThrowIfCancellationRequested();
        State.Schemas.TryGetValue(query.Collection, out CollectionSchema? schema);
        QueryCheck.Validate(query, schema);
        return new(State.FindScope(scope) is { } found
            ? new MemoryQuery<MemoryEntry>(found.Records, found.Index, query, schema)
                .Run().Select(entry => entry.Value.Record).ToList()
            : []);
    }

    public ValueTask<IReadOnlyList<JournalEntry>> ReadJournalAsync(
        long afterSequence, int countMax, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(countMax);
        cancellationToken.ThrowIfCancellationRequested();
        return new(State.Journal
            .From(sequence => sequence <= afterSequence)
            .Take(countMax)
            .Select(entry => entry.Value)
            .ToList());
    }

    public ValueTask<JournalStatus> GetJournalStatusAsync(
        string? scope = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        (OrderedMap<long, JournalEntry>? journal, long bytes) = scope is null
            ? (State.Journal, State.JournalBytes)
            : (State.FindScope(scope)?.Journal, State.FindScope(scope)?.JournalBytes ?? 0);
        HybridTimestamp? oldest = journal is { Count: > 0 } ? journal.All().First().Value.Timestamp : null;
        return new(new JournalStatus(journal?.Count ?? 0, bytes, oldest));
    }

    public ValueTask<ReadOnlyMemory<byte>?> GetLocalAsync(
        string area, string key, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();

        // The cast matters: a bare null would become an empty array, and with it an empty value.
        return new(State.Locals.TryGet(new LocalName(area, key), out ReadOnlyMemory<byte> value)
            ? (ReadOnlyMemory<byte>?)value
            : null);
    }

    public ValueTask<IReadOnlyList<LocalEntry>> ListLocalAsync(
        string area, string? afterKey, int countMax, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(countMax);
        cancellationToken.ThrowIfCancellationRequested();
        return new(LocalName.Walk(State.Locals, area, afterKey)
            .Take(countMax)
            .Select(entry => new LocalEntry(entry.Key.Key, entry.Value))
            .ToList());
    }

    public ValueTask DisposeAsync()
    {
        if (_state is not null)
        {
            _state = null;
            OnEnd();
        }

        return default;
    }

    internal static StoredRecord? Find(MemoryState state, string scope, RecordKey key) =>
        state.FindScope(scope) is { } found && found.Records.TryGet(key, out MemoryEntry entry) ? entry.Record : null;

    /// <summary>Called once, when this is disposed.</summary>
    protected virtual void OnEnd()
    {
    }

    private static StoredRecord Load(RecordKey key, MemoryEntry entry) => entry.Record;
}
