using Ordo.Sync.Crdt;

namespace Ordo.Sync.Engine.ConflictFree;

// Places in the text: cursors that follow it here, anchors that mean the same on every device, characters as people see them.
public sealed partial class TextSession
{
    private readonly List<TextCursor> _cursors = [];

    /// <summary>A cursor that stays in place while the text changes around it.</summary>
    /// <param name="index">Where it stands.</param>
    /// <param name="movesWithInsert">Whether text inserted at this very place pushes it on.</param>
    public TextCursor AddCursor(int index, bool movesWithInsert = false)
    {
        lock (_lock)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(index, _shown.Length);
            var cursor = new TextCursor(index, movesWithInsert);
            _cursors.Add(cursor);
            return cursor;
        }
    }

    /// <summary>A cursor at an anchor, as of somebody else's cursor: it stays in place until told where that went.</summary>
    /// <returns><see langword="null"/> where the anchor's character is not known here: it has not arrived, or is long gone.</returns>
    public TextCursor? AddCursor(Anchor anchor)
    {
        lock (_lock)
        {
            return IndexOf(anchor) is { } index ? AddCursor(index, movesWithInsert: !anchor.IsAfter) : null;
        }
    }

    /// <summary>
    /// An anchor at an index: the place by a name that holds on every device, so it can be stored in a record or sent. Saved
    /// characters have such a name; inside what is not saved yet the anchor stands beside it (<see cref="SaveAsync"/> first).
    /// </summary>
    /// <param name="index">The UTF-16 index.</param>
    /// <param name="isAfter">
    /// Whether the anchor holds to what is before it, so that text inserted at this very place comes behind it.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The index is outside the text.</exception>
    public Anchor AnchorAt(int index, bool isAfter = true)
    {
        lock (_lock)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(index, _shown.Length);
            return SavedText().AnchorAt(_unsaved.ToSaved(index, isAfter), isAfter);
        }
    }

    /// <summary>
    /// An anchor where a cursor stands now, to tell others of it; it holds to what is before the cursor. As with an index, inside what
    /// is not saved yet the anchor stands beside it (<see cref="SaveAsync"/> first).
    /// </summary>
    public Anchor AnchorAt(TextCursor cursor)
    {
        ArgumentNullException.ThrowIfNull(cursor);
        lock (_lock)
        {
            return AnchorAt(cursor.Index);
        }
    }

    /// <summary>The index of an anchor in the text as it is shown; where its character was deleted, that of its place.</summary>
    /// <returns><see langword="null"/> where the anchor's character is not known here: it has not arrived, or is long gone.</returns>
    public int? IndexOf(Anchor anchor)
    {
        lock (_lock)
        {
            return SavedText().IndexOf(anchor) is { } index ? _unsaved.ToShown(index, anchor.IsAfter) : null;
        }
    }

    /// <inheritdoc cref="Text.GraphemeEnd"/>
    public int GraphemeEnd(int index)
    {
        lock (_lock)
        {
            return _shown.GraphemeEnd(index);
        }
    }

    /// <inheritdoc cref="Text.GraphemeStart"/>
    public int GraphemeStart(int index)
    {
        lock (_lock)
        {
            return _shown.GraphemeStart(index);
        }
    }

    /// <summary>Forgets a cursor.</summary>
    public void RemoveCursor(TextCursor cursor)
    {
        lock (_lock)
        {
            _cursors.Remove(cursor);
        }
    }

    private void MoveCursors(IReadOnlyList<TextChange> changes)
    {
        foreach (TextCursor cursor in _cursors)
        {
            foreach (TextChange change in changes)
            {
                cursor.Follow(change);
            }
        }
    }
}
