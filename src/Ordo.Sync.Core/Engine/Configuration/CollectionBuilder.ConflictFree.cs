using System.Collections.Immutable;
using System.Linq.Expressions;
using Ordo.Sync.Crdt;
using Ordo.Sync.Engine.ConflictFree;
using Ordo.Sync.Engine.Payloads;
using Ordo.Sync.Engine.Queries;

namespace Ordo.Sync.Engine.Configuration;

// Conflict-free fields: ordinary members of the app's type, whose values are merged by their own rules under any strategy.
public sealed partial class CollectionBuilder<T>
{
    private readonly List<(MemberPath Path, CrdtKind Kind)> _conflictFree = [];

    /// <summary>Makes a member a counter: increments from all devices add up.</summary>
    public CollectionBuilder<T> Counter(Expression<Func<T, long>> member) => Add(MemberPath.Of(member), CrdtKind.Counter);

    /// <summary>Makes a member a flag: enabling wins over disabling at the same time.</summary>
    public CollectionBuilder<T> Flag(Expression<Func<T, bool>> member) => Add(MemberPath.Of(member), CrdtKind.Flag);

    /// <summary>Makes a member a register: its last write wins, whatever the strategy does with the other fields.</summary>
    public CollectionBuilder<T> Register<TValue>(Expression<Func<T, TValue>> member) =>
        Add(MemberPath.Of(member), CrdtKind.Register);

    /// <summary>Makes a member a set: adding an element wins over removing it at the same time.</summary>
    /// <typeparam name="TElement">string, long, double, bool or ReadOnlyMemory&lt;byte&gt;.</typeparam>
    public CollectionBuilder<T> Set<TElement>(Expression<Func<T, IEnumerable<TElement>?>> member) =>
        Add(MemberPath.Of(member), CrdtKind.Set);

    /// <summary>Makes a member a list that several people edit at once.</summary>
    /// <typeparam name="TElement">string, long, double, bool or ReadOnlyMemory&lt;byte&gt;.</typeparam>
    public CollectionBuilder<T> List<TElement>(Expression<Func<T, IEnumerable<TElement>?>> member) =>
        Add(MemberPath.Of(member), CrdtKind.Sequence);

    /// <summary>Makes a member a text that several people type in at once.</summary>
    public CollectionBuilder<T> Text(Expression<Func<T, string?>> member) => Add(MemberPath.Of(member), CrdtKind.Text);

    /// <summary>Makes a member a map of conflict-free values under string keys: counters, texts, sets, maps.</summary>
    public CollectionBuilder<T> Map<TValue>(Expression<Func<T, IEnumerable<KeyValuePair<string, TValue>>?>> member) =>
        Add(MemberPath.Of(member), CrdtKind.Map);

    /// <summary>The conflict-free fields by their names in payloads.</summary>
    /// <exception cref="ArgumentException">A field is declared twice, or indexed: indexes are of plain fields.</exception>
    internal ImmutableArray<ConflictFreeField> ConflictFreeIn(IPayloadSerializer serializer)
    {
        ImmutableArray<ConflictFreeField> fields =
            [.. _conflictFree.Select(item => new ConflictFreeField(item.Path.In(serializer), item.Kind))];
        IEnumerable<string> taken = fields.Select(field => field.Path).Concat(_indexes.Select(index => index.Path.In(serializer)));
        string? twice = fields.IsEmpty ? null : taken.GroupBy(path => path).FirstOrDefault(
            group => group.Count() > 1 && fields.Any(field => field.Path == group.Key))?.Key;
        return twice is null
            ? fields
            : throw new ArgumentException(
                $"The conflict-free field '{twice}' is declared twice or has an index. Indexes are of plain fields.");
    }

    private CollectionBuilder<T> Add(MemberPath path, CrdtKind kind)
    {
        _conflictFree.Add((path, kind));
        return this;
    }
}
