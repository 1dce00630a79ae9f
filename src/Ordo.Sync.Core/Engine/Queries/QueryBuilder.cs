using System.Collections.Immutable;
using System.Linq.Expressions;
using Ordo.Sync.Engine.Payloads;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Engine.Queries;

/// <summary>Says which records to find. Members must be indexed; all conditions hold. Without an order, records come by key.</summary>
/// <typeparam name="T">The app's type.</typeparam>
public sealed class QueryBuilder<T>
{
    private readonly IPayloadSerializer _serializer;
    private readonly Dictionary<string, IndexType> _indexes;
    private readonly string _collection;

    internal QueryBuilder(string collection, IPayloadSerializer serializer, ImmutableArray<IndexDefinition> indexes)
    {
        _collection = collection;
        _serializer = serializer;
        _indexes = indexes.ToDictionary(index => index.Field, index => index.Type, StringComparer.Ordinal);
    }

    internal ImmutableArray<IndexCondition> Conditions { get; private set; } = [];

    internal string? Order { get; private set; }

    internal bool IsDescending { get; private set; }

    internal int CountMax { get; private set; } = int.MaxValue;

    /// <summary>Finds records whose member equals a value.</summary>
    public QueryBuilder<T> Where<TValue>(Expression<Func<T, TValue>> member, TValue value)
    {
        IndexValue bound = IndexTypes.ValueOf(value);
        return Where(member, bound, bound);
    }

    /// <summary>Finds records whose member is at least a value.</summary>
    public QueryBuilder<T> WhereAtLeast<TValue>(Expression<Func<T, TValue>> member, TValue value) =>
        Where(member, IndexTypes.ValueOf(value), null);

    /// <summary>Finds records whose member is at most a value.</summary>
    public QueryBuilder<T> WhereAtMost<TValue>(Expression<Func<T, TValue>> member, TValue value) =>
        Where(member, null, IndexTypes.ValueOf(value));

    /// <summary>Orders by a member; ties by key.</summary>
    public QueryBuilder<T> OrderBy<TValue>(Expression<Func<T, TValue>> member)
    {
        Order = FieldOf(member);
        IsDescending = false;
        return this;
    }

    /// <summary>Orders by a member, the greatest first; ties by key, reversed too.</summary>
    public QueryBuilder<T> OrderByDescending<TValue>(Expression<Func<T, TValue>> member)
    {
        Order = FieldOf(member);
        IsDescending = true;
        return this;
    }

    /// <summary>Returns no more than so many records.</summary>
    public QueryBuilder<T> Take(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        CountMax = count;
        return this;
    }

    private QueryBuilder<T> Where<TValue>(Expression<Func<T, TValue>> member, IndexValue? from, IndexValue? to)
    {
        Conditions = Conditions.Add(new IndexCondition(FieldOf(member), from, to));
        return this;
    }

    private string FieldOf<TValue>(Expression<Func<T, TValue>> member)
    {
        string field = MemberPath.Of(member).In(_serializer);
        return _indexes.ContainsKey(field)
            ? field
            : throw new ArgumentException(
                $"The collection '{_collection}' has no index on '{field}'. Declare it: c.Index(x => x.{field}).");
    }
}
