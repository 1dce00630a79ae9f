using Ordo.Sync.Crdt;

namespace Ordo.Sync.Engine.ConflictFree;

/// <summary>A conflict-free value that a patch names, and where its edits are collected.</summary>
/// <param name="edits">Where edits go.</param>
/// <param name="map">The map that the value is in; <see langword="null"/> for a field of the record.</param>
/// <param name="key">Its key there.</param>
/// <param name="kind">What it is.</param>
internal sealed class EditTarget(List<ConflictFreeEdit> edits, EditTarget? map, Scalar key, CrdtKind kind)
{
    private const int EditBytes = 32;

    /// <summary>Where it stands among the record's fields; <see langword="null"/> where it stands in a map.</summary>
    public MapKey? Field => map is null ? new MapKey(key, kind) : null;

    /// <summary>The value of a kind at a key of the map that this target is.</summary>
    public EditTarget Below(Scalar inner, CrdtKind innerKind) => new(edits, this, inner, innerKind);

    /// <summary>The value in a document's fields.</summary>
    public CrdtValue Find(Map fields) => (map is null ? fields : (Map)map.Find(fields)).Get(key, kind);

    /// <summary>Records an edit.</summary>
    public void Add<TValue>(Action<TValue, EditContext> apply, int bytes = 0)
        where TValue : CrdtValue =>
        Add<TValue, Action<TValue, EditContext>>(apply, static (value, context, edit) => edit(value, context), bytes);

    /// <summary>Records an edit with its argument apart: one that is made for each of many records need capture nothing.</summary>
    public void Add<TValue, TArgument>(
        TArgument argument, Action<TValue, EditContext, TArgument> apply, int bytes = 0, Scalar? first = null)
        where TValue : CrdtValue =>
        edits.Add(new ConflictFreeEdit<TValue, TArgument>(this, EditBytes + bytes, first, argument, apply));
}
