using Ordo.Sync.Crdt;
using Ordo.Sync.Crdt.Encoding;

namespace Ordo.Sync.Engine.ConflictFree;

/// <summary>An edit of a record's conflict-free state as it was asked for; carried out inside the writer's transaction.</summary>
/// <param name="target">The value to edit.</param>
/// <param name="sizeBytes">About what it adds.</param>
/// <param name="first">The value of the one element that it makes of an empty value; <see langword="null"/> where it does other things.</param>
internal abstract class ConflictFreeEdit(EditTarget target, int sizeBytes, Scalar? first)
{
    /// <summary>About what it adds.</summary>
    public int SizeBytes => sizeBytes;

    /// <summary>Whether it makes one element of an empty field of the record: which, but for its dot.</summary>
    public bool TryMakeFirst(out FirstElement element)
    {
        if (target.Field is { } field && first is { } value)
        {
            element = new FirstElement(field, 0, value);
            return true;
        }

        element = default;
        return false;
    }

    /// <summary>The value to edit, in a document's fields.</summary>
    public CrdtValue Find(Map fields) => target.Find(fields);

    /// <summary>Edits a value.</summary>
    public abstract void Apply(CrdtValue value, EditContext context);
}
