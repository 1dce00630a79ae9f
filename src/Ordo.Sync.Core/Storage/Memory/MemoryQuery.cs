using System.Collections.Immutable;
using Ordo.Sync.Records;

namespace Ordo.Sync.Storage.Memory;

/// <summary>
/// Answers a query over the ordered maps of one scope. It walks one index or the collection's keys in the order asked
/// for and tests the other conditions on the way; only a range that shall come in key order is collected first and
/// sorted.
/// </summary>
/// <typeparam name="TEntry">What the store keeps in memory of a record.</typeparam>
internal sealed class MemoryQuery<TEntry>
    where TEntry : IIndexedEntry
{
    private readonly OrderedMap<RecordKey, TEntry> _records;
    private readonly OrderedMap<IndexSlot, bool> _index;
    private readonly RecordQuery _query;
    private readonly CollectionSchema _schema;
    private readonly ImmutableArray<IndexCondition> _conditions;

    public MemoryQuery(
        OrderedMap<RecordKey, TEntry> records,
        OrderedMap<IndexSlot, bool> index,
        RecordQuery query,
        CollectionSchema? schema)
    {
        _records = records;
        _index = index;
        _query = query;
        _schema = schema ?? new CollectionSchema(query.Collection, []);
        _conditions = query.Conditions.IsDefault ? [] : query.Conditions;
    }

    /// <summary>The entries that match, in the order asked for, up to the page's count.</summary>
    public IEnumerable<KeyValuePair<RecordKey, TEntry>> Run()
    {
        IEnumerable<KeyValuePair<RecordKey, TEntry>> entries =
            _query.OrderBy is { } field ? WalkIndex(field, _query.After) : WalkKeys();
        return entries.Where(entry => Matches(entry.Value)).Take(_query.CountMax);
    }

    private IEnumerable<KeyValuePair<RecordKey, TEntry>> WalkKeys()
    {
        // The slots of one value are in key order, so an index serves an equality as it stands.
        if (_conditions.FirstOrDefault(one => one is { From: { } from, To: { } to } && from == to) is { } equality)
        {
            QueryPosition? place = _query.After is { } after ? after with { Value = equality.From!.Value } : null;
            return WalkIndex(equality.Field, place);
        }

        if (!_conditions.IsEmpty)
        {
            return WalkIndex(_conditions[0].Field, null)
                .Where(entry => _query.After is not { } after || IsBehind(entry.Key.Key, after.Key))
                .Order(Comparer<KeyValuePair<RecordKey, TEntry>>.Create(CompareKeys));
        }

        string collection = _query.Collection;
        string? key = _query.After?.Key;
        IEnumerable<KeyValuePair<RecordKey, TEntry>> found = _query.Descending
            ? _records.BackFrom(name => Utf8Order.Compare(name.Collection, collection) is var order
                && (order > 0 || (order == 0 && key is not null && Utf8Order.Compare(name.Key, key) >= 0)))
            : _records.From(name => Utf8Order.Compare(name.Collection, collection) is var order
                && (order < 0 || (order == 0 && key is not null && Utf8Order.Compare(name.Key, key) <= 0)));
        return found.TakeWhile(entry => entry.Key.Collection == collection);
    }

    private IEnumerable<KeyValuePair<RecordKey, TEntry>> WalkIndex(string field, QueryPosition? after)
    {
        IndexCondition? bound = _conditions.FirstOrDefault(one => one.Field == field);
        IEnumerable<KeyValuePair<IndexSlot, bool>> found = _query.Descending
            ? _index.BackFrom(slot => slot.CompareIndexTo(_query.Collection, field) is var order
                && (order > 0 || (order == 0 && (IsAbove(slot.Value, bound)
                    || (after is { } place && slot.ComparePositionTo(place) >= 0)))))
            : _index.From(slot => slot.CompareIndexTo(_query.Collection, field) is var order
                && (order < 0 || (order == 0 && (IsBelow(slot.Value, bound)
                    || (after is { } place && slot.ComparePositionTo(place) <= 0)))));
        return found
            .TakeWhile(entry => entry.Key.CompareIndexTo(_query.Collection, field) == 0
                && !(_query.Descending ? IsBelow(entry.Key.Value, bound) : IsAbove(entry.Key.Value, bound)))
            .Select(entry => Find(entry.Key));
    }

    private static bool IsBelow(IndexValue value, IndexCondition? bound) => bound?.From is { } from && value < from;

    private static bool IsAbove(IndexValue value, IndexCondition? bound) => bound?.To is { } to && value > to;

    private KeyValuePair<RecordKey, TEntry> Find(IndexSlot slot)
    {
        var key = new RecordKey(slot.Collection, slot.Key);
        _records.TryGet(key, out TEntry entry);
        return new KeyValuePair<RecordKey, TEntry>(key, entry);
    }

    private bool Matches(TEntry entry) =>
        entry.IsLive && _conditions.All(condition => condition.Matches(entry.ValueAt(IndexOf(condition.Field))));

    private int IndexOf(string field)
    {
        int at = 0;
        while (_schema.Indexes[at].Field != field)
        {
            at++;
        }

        return at;
    }

    private bool IsBehind(string key, string place) =>
        Utf8Order.Compare(key, place) is var order && (_query.Descending ? order < 0 : order > 0);

    private int CompareKeys(KeyValuePair<RecordKey, TEntry> left, KeyValuePair<RecordKey, TEntry> right)
    {
        int order = left.Key.CompareTo(right.Key);
        return _query.Descending ? -order : order;
    }
}
