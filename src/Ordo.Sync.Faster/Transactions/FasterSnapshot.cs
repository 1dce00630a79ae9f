using Ordo.Sync.Causality;
using Ordo.Sync.Faster.State;
using Ordo.Sync.Faster.Values;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Memory;

namespace Ordo.Sync.Faster.Transactions;

/// <summary>Reads of one state. The state is in memory; values are read from FASTER when they are asked for.</summary>
internal class FasterSnapshot : IStoreSnapshot
{
    private readonly FasterRecordStore _store;
    private readonly ValueStore _values;
    private StoreImage? _image;
    private Action? _release;

    public FasterSnapshot(FasterRecordStore store, ValueStore values, StoreImage image, Action? release)
    {
        _store = store;
        _values = values;
        _image = image;
        _release = release;
    }

    public ReplicaTable Replicas => Image.Replicas;

    public ReplicaId Replica => Image.Replica;

    public HybridTimestamp Clock => Image.Clock;

    public long Counter => Image.Counter;

    protected FasterRecordStore Store => _store;

    protected StoreImage Image => _image ?? throw new ObjectDisposedException(GetType().Name);

    public ValueTask<ScopeState> GetScopeAsync(string scope, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(Image.FindScope(scope)?.State ?? ScopeState.Empty);
    }

    public ValueTask<IReadOnlyList<string>> ListScopesAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(Image.Scopes.All().Where(entry => !entry.Value.IsEmpty).Select(entry => entry.Key.Value).ToList());
    }

    public ValueTask<StoredRecord?> GetAsync(
        string scope, RecordKey key, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(Image.FindScope(scope) is { } found && found.Records.TryGet(key, out RecordSlot slot)
            ? Load(key, slot)
            : null);
    }

    public ValueTask<ChangeSlice> ReadChangesAsync(
        string scope, ChangeQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        cancellationToken.ThrowIfCancellationRequested();
        return new(Image.FindScope(scope)?.ReadChanges(query, Load) ?? new ChangeSlice([], null));
    }

    public ValueTask<RangeSlice> ReadRangeAsync(
        string scope, KeyRange range, ReadBudget budget, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(Image.FindScope(scope)?.ReadRange(range, budget, Load) ?? new RangeSlice([], IsLast: true));
    }

    public ValueTask<IReadOnlyList<StoredRecord>> QueryAsync(
        string scope, RecordQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        cancellationToken.ThrowIfCancellationRequested();
        CollectionSchema? schema = Image.LayoutOf(query.Collection).Schema;
        QueryCheck.Validate(query, schema);
        return new(Image.FindScope(scope) is { } found
            ? new MemoryQuery<RecordSlot>(found.Records, found.Index, query, schema)
                .Run().Select(entry => Load(entry.Key, entry.Value)).ToList()
            : []);
    }

    public ValueTask<IReadOnlyList<JournalEntry>> ReadJournalAsync(
        long afterSequence, int countMax, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(countMax);
        cancellationToken.ThrowIfCancellationRequested();
        return new(Image.Journal
            .From(sequence => sequence <= afterSequence)
            .Take(countMax)
            .Select(entry => entry.Value.Number == 0
                ? entry.Value.Entry
                : entry.Value.Entry with { Content = ReadValue(entry.Value.Number) })
            .ToList());
    }

    public ValueTask<JournalStatus> GetJournalStatusAsync(
        string? scope = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (scope is null)
        {
            HybridTimestamp? first = Image.Journal.Count > 0 ? Image.Journal.All().First().Value.Entry.Timestamp : null;
            return new(new JournalStatus(Image.Journal.Count, Image.JournalBytes, first));
        }

        if (Image.FindScope(scope) is not { FirstJournaled: { } sequence } found)
        {
            return new(new JournalStatus(0, 0, null));
        }

        Image.Journal.TryGet(sequence, out JournalItem oldest);
        return new(new JournalStatus(found.Journal.Count, found.JournalBytes, oldest.Entry.Timestamp));
    }

    public ValueTask<ReadOnlyMemory<byte>?> GetLocalAsync(
        string area, string key, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();

        // The cast matters: a bare null would become an empty array, and with it an empty value.
        return new(Image.Locals.TryGet(new LocalName(area, key), out LocalSlot slot)
            ? (ReadOnlyMemory<byte>?)Load(slot)
            : null);
    }

    public ValueTask<IReadOnlyList<LocalEntry>> ListLocalAsync(
        string area, string? afterKey, int countMax, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(countMax);
        cancellationToken.ThrowIfCancellationRequested();
        return new(LocalName.Walk(Image.Locals, area, afterKey)
            .Take(countMax)
            .Select(entry => new LocalEntry(entry.Key.Key, Load(entry.Value)))
            .ToList());
    }

    public ValueTask DisposeAsync()
    {
        if (_image is not null)
        {
            _image = null;
            _release?.Invoke();
            _release = null;
        }

        return default;
    }

    /// <summary>The bytes of a value that this state refers to.</summary>
    protected virtual ReadOnlyMemory<byte> ReadValue(long number) =>
        _values.Read(number) ?? throw _store.MissingValue(number);

    private StoredRecord Load(RecordKey key, RecordSlot slot) =>
        _store.Decode(key, slot.Number, ReadValue(slot.Number));

    private ReadOnlyMemory<byte> Load(in LocalSlot slot) => slot.Number == 0 ? slot.Bytes : ReadValue(slot.Number);
}
