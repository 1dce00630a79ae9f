using Ordo.Sync.Crdt;

namespace Ordo.Sync.Engine.ConflictFree;

/// <summary>An edit of a value of one type.</summary>
/// <param name="target">The value to edit.</param>
/// <param name="sizeBytes">About what it adds.</param>
/// <param name="first">The value of the one element that it makes of an empty value; <see langword="null"/> where it does other things.</param>
/// <param name="argument">What the edit is given.</param>
/// <param name="apply">The edit.</param>
internal sealed class ConflictFreeEdit<TValue, TArgument>(
    EditTarget target, int sizeBytes, Scalar? first, TArgument argument, Action<TValue, EditContext, TArgument> apply)
    : ConflictFreeEdit(target, sizeBytes, first)
    where TValue : CrdtValue
{
    public override void Apply(CrdtValue value, EditContext context) => apply((TValue)value, context, argument);
}
