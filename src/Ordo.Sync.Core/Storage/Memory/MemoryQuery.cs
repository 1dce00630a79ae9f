using System.Collections.Immutable;
using Ordo.Sync.Records;

namespace Ordo.Sync.Storage.Memory;

/// <summary>
/// Answers a query over one scope. It walks one index or the collection's keys in the order asked for and tests the
/// other conditions on the way; only a range that shall come in key order is collected first and sorted.
/// </summary>
internal sealed class MemoryQuery
{
    private readonly MemoryScope _scope;
    private readonly RecordQuery _query;
    private readonly CollectionSchema _schema;
    private readonly ImmutableArray<IndexCondition> _conditions;

    public MemoryQuery(MemoryScope scope, RecordQuery query, CollectionSchema? schema)
    {
        _scope = scope;
        _query = query;
        _schema = schema ?? new CollectionSchema(query.Collection, []);
        _conditions = query.Conditions.IsDefault ? [] : query.Conditions;
    }

    /// <summary>Checks that a query names only what is declared.</summary>
    /// <exception cref="ArgumentException">It names a field without an index.</exception>
    public static void Validate(RecordQuery query, CollectionSchema? schema)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(query.CountMax, nameof(query));
        IEnumerable<string> fields = (query.Conditions.IsDefault ? [] : query.Conditions).Select(one => one.Field);
        foreach (string field in query.OrderBy is { } orderBy ? fields.Append(orderBy) : fields)
        {
            if (schema?.Indexes.Any(index => index.Field == field) != true)
            {
                throw new ArgumentException(
                    $"The collection '{query.Collection}' has no index on '{field}'. Declare it with the collection.",
                    nameof(query));
            }
        }
    }

    public IReadOnlyList<StoredRecord> Run()
    {
        IEnumerable<MemoryEntry> entries = _query.OrderBy is { } field ? WalkIndex(field, _query.After) : WalkKeys();
        return entries.Where(Matches).Take(_query.CountMax).Select(entry => entry.Record).ToList();
    }

    private IEnumerable<MemoryEntry> WalkKeys()
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
                .Where(entry => _query.After is not { } after || IsBehind(entry.Record.Key.Key, after.Key))
                .Order(Comparer<MemoryEntry>.Create(CompareKeys));
        }

        string collection = _query.Collection;
        string? key = _query.After?.Key;
        IEnumerable<KeyValuePair<RecordKey, MemoryEntry>> found = _query.Descending
            ? _scope.Records.BackFrom(name => Utf8Order.Compare(name.Collection, collection) is var order
                && (order > 0 || (order == 0 && key is not null && Utf8Order.Compare(name.Key, key) >= 0)))
            : _scope.Records.From(name => Utf8Order.Compare(name.Collection, collection) is var order
                && (order < 0 || (order == 0 && key is not null && Utf8Order.Compare(name.Key, key) <= 0)));
        return found.TakeWhile(entry => entry.Key.Collection == collection).Select(entry => entry.Value);
    }

    private IEnumerable<MemoryEntry> WalkIndex(string field, QueryPosition? after)
    {
        IndexCondition? bound = _conditions.FirstOrDefault(one => one.Field == field);
        IEnumerable<KeyValuePair<IndexSlot, bool>> found = _query.Descending
            ? _scope.Index.BackFrom(slot => slot.CompareIndexTo(_query.Collection, field) is var order
                && (order > 0 || (order == 0 && (IsAbove(slot.Value, bound)
                    || (after is { } place && slot.ComparePositionTo(place) >= 0)))))
            : _scope.Index.From(slot => slot.CompareIndexTo(_query.Collection, field) is var order
                && (order < 0 || (order == 0 && (IsBelow(slot.Value, bound)
                    || (after is { } place && slot.ComparePositionTo(place) <= 0)))));
        return found
            .TakeWhile(entry => entry.Key.CompareIndexTo(_query.Collection, field) == 0
                && !(_query.Descending ? IsBelow(entry.Key.Value, bound) : IsAbove(entry.Key.Value, bound)))
            .Select(entry => Find(entry.Key));
    }

    private static bool IsBelow(IndexValue value, IndexCondition? bound) => bound?.From is { } from && value < from;

    private static bool IsAbove(IndexValue value, IndexCondition? bound) => bound?.To is { } to && value > to;

    private MemoryEntry Find(IndexSlot slot)
    {
        _scope.Records.TryGet(new RecordKey(slot.Collection, slot.Key), out MemoryEntry entry);
        return entry;
    }

    private bool Matches(MemoryEntry entry) =>
        entry.IsLive && _conditions.All(condition => condition.Matches(entry.Values[IndexOf(condition.Field)]));

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

    private int CompareKeys(MemoryEntry? left, MemoryEntry? right)
    {
        int order = left!.Record.Key.CompareTo(right!.Record.Key);
        return _query.Descending ? -order : order;
    }
}
