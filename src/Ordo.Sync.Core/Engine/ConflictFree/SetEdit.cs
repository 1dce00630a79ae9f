using Ordo.Sync.Crdt;

namespace Ordo.Sync.Engine.ConflictFree;

/// <summary>Edits of a set, as part of a patch.</summary>
/// <typeparam name="TElement">string, long, double, bool or ReadOnlyMemory&lt;byte&gt;.</typeparam>
public sealed class SetEdit<TElement>
    where TElement : notnull
{
    private readonly EditTarget _target;

    internal SetEdit(EditTarget target) => _target = target;

    /// <summary>Adds an element; wins over its removal at the same time.</summary>
    public SetEdit<TElement> Add(TElement element)
    {
        Scalar scalar = ScalarConversion<TElement>.ToScalar(element);
        _target.Add<Set, Scalar>(
            scalar, static (set, context, scalar) => set.Add(context.Dots, scalar), ScalarSize.Of(scalar), first: scalar);
        return this;
    }

    /// <summary>Removes an element, as far as its additions are known here.</summary>
    public SetEdit<TElement> Remove(TElement element)
    {
        Scalar scalar = ScalarConversion<TElement>.ToScalar(element);
        _target.Add<Set, Scalar>(scalar, static (set, _, scalar) => set.Remove(scalar), ScalarSize.Of(scalar));
        return this;
    }

    /// <summary>Removes all elements that are known here.</summary>
    public SetEdit<TElement> Clear()
    {
        _target.Add<Set>((set, _) => set.Clear());
        return this;
    }
}
