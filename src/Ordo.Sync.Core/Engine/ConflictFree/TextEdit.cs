using Ordo.Sync.Crdt;

namespace Ordo.Sync.Engine.ConflictFree;

/// <summary>
/// Edits of a text, as part of a patch. Indexes are of UTF-16 units. They count on the edits before in the patch, and on the
/// record as it stands at the commit; give the write what was read (<c>WriteOptions.BasedOn</c>), and they count on that: what
/// others typed meanwhile moves the edit along.
/// </summary>
/// <remarks>An index outside the text, or inside a surrogate pair, fails the write.</remarks>
public sealed class TextEdit
{
    private readonly EditTarget _target;

    internal TextEdit(EditTarget target) => _target = target;

    /// <summary>Inserts before an index.</summary>
    public TextEdit Insert(int index, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        _target.Add<Text>((target, context) => target.Insert(context.Dots, index, text), text.Length * 2);
        return this;
    }

    /// <summary>Inserts at the end.</summary>
    public TextEdit Append(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        _target.Add<Text>((target, context) => target.Insert(context.Dots, target.Length, text), text.Length * 2);
        return this;
    }

    /// <summary>Deletes from an index on.</summary>
    public TextEdit Delete(int index, int count)
    {
        _target.Add<Text>((target, context) => target.Delete(context.Dots, index, count));
        return this;
    }

    /// <summary>Puts other text in the place of a range.</summary>
    public TextEdit Replace(int index, int count, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        _target.Add<Text>((target, context) => target.Replace(context.Dots, index, count, text), text.Length * 2);
        return this;
    }
}
