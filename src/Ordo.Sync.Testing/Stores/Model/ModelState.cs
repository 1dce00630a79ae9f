using Ordo.Sync.Causality;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Testing.Stores.Model;

/// <summary>
/// A store too simple to be wrong: lists and dictionaries, copied whole, searched from end to end, sorted by encoding
/// keys. Only its reads are asynchronous, so that what reads a store can read it too.
/// </summary>
internal sealed class ModelState : IStoreSnapshot
{
    private readonly Dictionary<(string Scope, RecordKey Key), StoredRecord> _records;
    private readonly Dictionary<string, ScopeState> _scopes;
    private readonly List<JournalEntry> _journal;
    private readonly Dictionary<(string Area, string Key), byte[]> _locals;
    private readonly Dictionary<string, IndexDefinition[]> _schemas;
    private readonly long[] _peerCounters;
    private long _sequence;

    public ModelState(ReplicaId replica)
    {
        (_records, _scopes, _journal, _locals, _schemas) = ([], [], [], [], []);
        _peerCounters = new long[ModelSample.PeerCount];
        Replica = replica;
        Replicas = ReplicaTable.Empty.With(replica, out _);
    }

    private ModelState(ModelState source)
    {
        (_records, _scopes) = (new(source._records), new(source._scopes));
        (_journal, _locals, _schemas) = ([.. source._journal], new(source._locals), new(source._schemas));
        (Replica, Replicas, Clock, Counter) = (source.Replica, source.Replicas, source.Clock, source.Counter);
        _sequence = source._sequence;

        // Shared on purpose: a peer that wrote a version does not write another under its dot, whatever becomes of it
        // here.
        _peerCounters = source._peerCounters;
    }

    public ReplicaTable Replicas { get; set; }

    public ReplicaId Replica { get; private set; }

    public HybridTimestamp Clock { get; set; }

    public long Counter { get; private set; }

    public ModelState Copy() => new(this);

    public IndexDefinition[]? SchemaOf(string collection) => _schemas.GetValueOrDefault(collection);

    public Dot NextPeerDot(int peer, int index) => new(index, ++_peerCounters[peer]);

    public Dot NextDot() => new(Replicas.Require(Replica), ++Counter);

    public void Put(string scope, StoredRecord record) => _records[(scope, record.Key)] = record;

    public bool TryAdd(string scope, StoredRecord record) => _records.TryAdd((scope, record.Key), record);

    public void Remove(string scope, RecordKey key) => _records.Remove((scope, key));

    public void SetScope(string scope, ScopeState state) => _scopes[scope] = state;

    public void DropScope(string scope)
    {
        foreach ((string Scope, RecordKey Key) name in _records.Keys.Where(name => name.Scope == scope).ToList())
        {
            _records.Remove(name);
        }

        _scopes.Remove(scope);
        _journal.RemoveAll(entry => entry.Scope == scope);
    }

    public void AppendJournal(JournalEntry entry) => _journal.Add(entry with { Sequence = ++_sequence });

    public int PruneJournal(string scope, Dot upTo) => _journal.RemoveAll(entry => entry.Scope == scope
        && entry.Dot.ReplicaIndex == upTo.ReplicaIndex && entry.Dot.Counter <= upTo.Counter);

    public void SetLocal(string area, string key, byte[] value) => _locals[(area, key)] = value;

    public void RemoveLocal(string area, string key) => _locals.Remove((area, key));

    public void Define(string collection, IndexDefinition[] indexes) => _schemas[collection] = indexes;

    public void Rotate(ReplicaId replica)
    {
        Replicas = Replicas.With(replica, out _);
        Replica = replica;
        Counter = 0;
    }

    public ValueTask<ScopeState> GetScopeAsync(string scope, CancellationToken cancellationToken = default) =>
        new(_scopes.GetValueOrDefault(scope, ScopeState.Empty));

    public ValueTask<IReadOnlyList<string>> ListScopesAsync(CancellationToken cancellationToken = default) => new(
        _records.Keys.Select(name => name.Scope).Concat(_scopes.Keys).Concat(_journal.Select(entry => entry.Scope))
            .Distinct().Order(Utf8Bytes.Comparer).ToList());

    public ValueTask<StoredRecord?> GetAsync(
        string scope, RecordKey key, CancellationToken cancellationToken = default) =>
        new(_records.GetValueOrDefault((scope, key)));

    /// <summary>All changes in one part: what to compare the pages of a store with.</summary>
    public ValueTask<ChangeSlice> ReadChangesAsync(
        string scope, ChangeQuery query, CancellationToken cancellationToken = default)
    {
        IEnumerable<(Dot Dot, StoredRecord Record)> found =
            from record in RecordsOf(scope)
            from version in record.Versions
            where !query.Known.Contains(version.Dot) && query.UpTo.Contains(version.Dot)
            where query.After is not { } after || version.Dot > after
            orderby version.Dot.Value
            select (version.Dot, record);
        return new(new ChangeSlice([.. found.Select(change => change.Record)], null));
    }

    public ValueTask<RangeSlice> ReadRangeAsync(
        string scope, KeyRange range, ReadBudget budget, CancellationToken cancellationToken = default)
    {
        List<StoredRecord> all = [.. RecordsOf(scope).Where(record => range.Contains(record.Key))];
        int count = 0;
        long bytes = 0;
        while (count < all.Count && (count == 0 || count < budget.CountMax))
        {
            bytes += all[count].SizeBytes;
            if (count > 0 && bytes > budget.BytesMax)
            {
                break;
            }

            count++;
        }

        return new(new RangeSlice(all[..count], count == all.Count));
    }

    public ValueTask<IReadOnlyList<StoredRecord>> QueryAsync(
        string scope, RecordQuery query, CancellationToken cancellationToken = default)
    {
        IndexDefinition[] schema = SchemaOf(query.Collection) ?? [];
        IndexValue ValueOf(StoredRecord record, string? field) => field is null
            ? IndexValue.Absent
            : IndexExtractor.Extract(record.Visible, schema.First(index => index.Field == field));
        IEnumerable<StoredRecord> found = RecordsOf(scope)
            .Where(record => record.Key.Collection == query.Collection && !record.Visible.IsEmpty)
            .Where(record => query.Conditions.All(condition => condition.Matches(ValueOf(record, condition.Field))))
            .OrderBy(record => ValueOf(record, query.OrderBy));
        found = query.Descending ? found.Reverse() : found;
        if (query.After is { } after)
        {
            found = found.Where(record => IsBehind(ValueOf(record, query.OrderBy), record.Key.Key, after, query));
        }

        return new(found.Take(query.CountMax).ToList());
    }

    public ValueTask<IReadOnlyList<JournalEntry>> ReadJournalAsync(
        long afterSequence, int countMax, CancellationToken cancellationToken = default) =>
        new(_journal.Where(entry => entry.Sequence > afterSequence).Take(countMax).ToList());

    public ValueTask<JournalStatus> GetJournalStatusAsync(
        string? scope = null, CancellationToken cancellationToken = default)
    {
        List<JournalEntry> entries = [.. _journal.Where(entry => scope is null || entry.Scope == scope)];
        return new(new JournalStatus(entries.Count, 0, entries.FirstOrDefault()?.Timestamp));
    }

    public ValueTask<ReadOnlyMemory<byte>?> GetLocalAsync(
        string area, string key, CancellationToken cancellationToken = default) =>
        _locals.TryGetValue((area, key), out byte[]? value) ? new ValueTask<ReadOnlyMemory<byte>?>(value) : default;

    public ValueTask<IReadOnlyList<LocalEntry>> ListLocalAsync(
        string area, string? afterKey, int countMax, CancellationToken cancellationToken = default) => new(
        _locals.Where(entry => entry.Key.Area == area)
            .Where(entry => afterKey is null || Utf8Bytes.Comparer.Compare(entry.Key.Key, afterKey) > 0)
            .OrderBy(entry => entry.Key.Key, Utf8Bytes.Comparer)
            .Take(countMax)
            .Select(entry => new LocalEntry(entry.Key.Key, entry.Value))
            .ToList());

    public ValueTask DisposeAsync() => default;

    private static bool IsBehind(IndexValue value, string key, QueryPosition after, RecordQuery query)
    {
        int order = query.OrderBy is null ? 0 : value.CompareTo(after.Value);
        order = order != 0 ? order : Utf8Bytes.Comparer.Compare(key, after.Key);
        return query.Descending ? order < 0 : order > 0;
    }

    private IEnumerable<StoredRecord> RecordsOf(string scope) => _records
        .Where(entry => entry.Key.Scope == scope)
        .Select(entry => entry.Value)
        .OrderBy(record => record.Key.Collection, Utf8Bytes.Comparer)
        .ThenBy(record => record.Key.Key, Utf8Bytes.Comparer);
}
