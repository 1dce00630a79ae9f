using System.Collections.Immutable;
using System.Linq.Expressions;
using Ordo.Sync.Crdt;
using Ordo.Sync.Engine.ConflictFree;
using Ordo.Sync.Engine.Queries;

namespace Ordo.Sync.Engine.Collections;

// Conflict-free fields: recorded as what is to be done, and done inside the writer's transaction. By member, where the
// collection declares it (c.Counter(x => x.Present)); by path for those who have no type.
public sealed partial class PatchBuilder<T>
{
    private readonly ImmutableArray<ConflictFreeField> _conflictFree;
    private readonly List<ConflictFreeEdit> _edits = [];

    internal IReadOnlyList<ConflictFreeEdit> Edits => _edits;

    /// <summary>Edits a counter.</summary>
    public CounterEdit Counter(Expression<Func<T, long>> member) => new(Target(member, CrdtKind.Counter));

    /// <summary>Edits the counter at a path.</summary>
    public CounterEdit Counter(string path) => new(Target(path, CrdtKind.Counter));

    /// <summary>Edits a flag.</summary>
    public FlagEdit Flag(Expression<Func<T, bool>> member) => new(Target(member, CrdtKind.Flag));

    /// <summary>Edits the flag at a path.</summary>
    public FlagEdit Flag(string path) => new(Target(path, CrdtKind.Flag));

    /// <summary>Edits a register.</summary>
    public RegisterEdit<TValue> Register<TValue>(Expression<Func<T, TValue>> member)
        where TValue : notnull => new(Target(member, CrdtKind.Register));

    /// <summary>Edits the register at a path.</summary>
    public RegisterEdit<TValue> Register<TValue>(string path)
        where TValue : notnull => new(Target(path, CrdtKind.Register));

    /// <summary>Edits a set.</summary>
    public SetEdit<TElement> Set<TElement>(Expression<Func<T, IEnumerable<TElement>?>> member)
        where TElement : notnull => new(Target(member, CrdtKind.Set));

    /// <summary>Edits the set at a path.</summary>
    public SetEdit<TElement> Set<TElement>(string path)
        where TElement : notnull => new(Target(path, CrdtKind.Set));

    /// <summary>Edits a list.</summary>
    public ListEdit<TElement> List<TElement>(Expression<Func<T, IEnumerable<TElement>?>> member)
        where TElement : notnull => new(Target(member, CrdtKind.Sequence));

    /// <summary>Edits the list at a path.</summary>
    public ListEdit<TElement> List<TElement>(string path)
        where TElement : notnull => new(Target(path, CrdtKind.Sequence));

    /// <summary>Edits a text.</summary>
    public TextEdit Text(Expression<Func<T, string?>> member) => new(Target(member, CrdtKind.Text));

    /// <summary>Edits the text at a path.</summary>
    public TextEdit Text(string path) => new(Target(path, CrdtKind.Text));

    /// <summary>Edits a map of conflict-free values.</summary>
    public MapEdit Map<TValue>(Expression<Func<T, IEnumerable<KeyValuePair<string, TValue>>?>> member) =>
        new(Target(member, CrdtKind.Map));

    /// <summary>Edits the map at a path.</summary>
    public MapEdit Map(string path) => new(Target(path, CrdtKind.Map));

    private EditTarget Target<TValue>(Expression<Func<T, TValue>> member, CrdtKind kind)
    {
        string path = MemberPath.Of(member).In(_serializer);
        return _conflictFree.Contains(new ConflictFreeField(path, kind))
            ? Target(path, kind)
            : throw new ArgumentException(
                $"'{path}' is not declared as a conflict-free {kind}: readers would not see it. Declare the field where the "
                + "collection is configured, as in c.Counter(x => x.Member).");
    }

    private EditTarget Target(string path, CrdtKind kind)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new EditTarget(_edits, map: null, Scalar.Of(path), kind);
    }

    private string PlainPathOf<TValue>(Expression<Func<T, TValue>> member)
    {
        string path = MemberPath.Of(member).In(_serializer);
        foreach (ConflictFreeField field in _conflictFree)
        {
            if (string.Equals(field.Path, path, StringComparison.Ordinal))
            {
                throw new ArgumentException(
                    $"'{path}' is conflict-free: edit it with p.{(field.Kind == CrdtKind.Sequence ? "List" : field.Kind)}(…).");
            }
        }

        return path;
    }
}
