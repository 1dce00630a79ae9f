using Ordo.Sync.Crdt;

namespace Ordo.Sync.Engine.ConflictFree;

/// <summary>An edit of a record's conflict-free state as it was asked for; carried out inside the writer's transaction.</summary>
/// <param name="target">The value to edit.</param>
/// <param name="sizeBytes">About what it adds.</param>
internal abstract class ConflictFreeEdit(EditTarget target, int sizeBytes)
{
    /// <summary>About what it adds.</summary>
    public int SizeBytes => sizeBytes;

    /// <summary>The value to edit, in a document's fields.</summary>
    public CrdtValue Find(Map fields) => target.Find(fields);

    /// <summary>Edits a value.</summary>
    public abstract void Apply(CrdtValue value, EditContext context);
}
