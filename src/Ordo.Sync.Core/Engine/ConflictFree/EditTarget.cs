using Ordo.Sync.Crdt;

namespace Ordo.Sync.Engine.ConflictFree;

/// <summary>A conflict-free value that a patch names, and where its edits are collected.</summary>
internal sealed class EditTarget(List<ConflictFreeEdit> edits, Func<Map, CrdtValue> find)
{
    private const int EditBytes = 32;

    /// <summary>The value of a kind at a key of the map that this target is.</summary>
    public EditTarget Below(Scalar key, CrdtKind kind) => new(edits, root => ((Map)find(root)).Get(key, kind));

    /// <summary>Records an edit.</summary>
    public void Add<TValue>(Action<TValue, EditContext> apply, int bytes = 0)
        where TValue : CrdtValue =>
        edits.Add(new ConflictFreeEdit(find, EditBytes + bytes, (value, context) => apply((TValue)value, context)));
}
