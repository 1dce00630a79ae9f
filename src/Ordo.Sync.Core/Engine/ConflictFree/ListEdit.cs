using Ordo.Sync.Crdt;

namespace Ordo.Sync.Engine.ConflictFree;

/// <summary>
/// Edits of a list, as part of a patch. Indexes count on the edits before in the patch, and on the record as it stands at the
/// commit; give the write what was read (<c>WriteOptions.BasedOn</c>), and they count on that.
/// </summary>
/// <typeparam name="TElement">string, long, double, bool or ReadOnlyMemory&lt;byte&gt;.</typeparam>
public sealed class ListEdit<TElement>
    where TElement : notnull
{
    private readonly EditTarget _target;

    internal ListEdit(EditTarget target) => _target = target;

    /// <summary>Appends an element.</summary>
    public ListEdit<TElement> Add(TElement element)
    {
        Scalar scalar = ScalarConversion<TElement>.ToScalar(element);
        _target.Add<Sequence>((list, context) => list.Add(context.Dots, scalar), ScalarSize.Of(scalar));
        return this;
    }

    /// <summary>Inserts an element before an index.</summary>
    public ListEdit<TElement> Insert(int index, TElement element)
    {
        Scalar scalar = ScalarConversion<TElement>.ToScalar(element);
        _target.Add<Sequence>((list, context) => list.Insert(context.Dots, index, scalar), ScalarSize.Of(scalar));
        return this;
    }

    /// <summary>Removes elements from an index on.</summary>
    public ListEdit<TElement> RemoveAt(int index, int count = 1)
    {
        _target.Add<Sequence>((list, context) => list.RemoveAt(context.Dots, index, count));
        return this;
    }

    /// <summary>Puts another element in the place of one; two that do so at the same time leave both.</summary>
    public ListEdit<TElement> Replace(int index, TElement element)
    {
        Scalar scalar = ScalarConversion<TElement>.ToScalar(element);
        _target.Add<Sequence>((list, context) => list.Replace(context.Dots, index, scalar), ScalarSize.Of(scalar));
        return this;
    }
}
