using Ordo.Sync.Crdt;

namespace Ordo.Sync.Engine.ConflictFree;

/// <summary>
/// What was typed in a <see cref="TextSession"/> and is not in the store yet: what is being written and what waits behind it.
/// Turns indexes of the saved text into those of the text shown, and back. Not thread-safe.
/// </summary>
internal sealed class UnsavedEdits
{
    private List<TextChange> _writing = [];
    private List<TextChange> _waiting = [];

    /// <summary>Whether a write is under way.</summary>
    public bool IsWriting { get; private set; }

    /// <summary>Whether edits wait to be written.</summary>
    public bool IsWaiting => _waiting.Count > 0;

    /// <summary>Adds what was typed.</summary>
    public void Add(IEnumerable<TextChange> edits) =>
        _waiting.AddRange(edits.Where(edit => edit.Deleted > 0 || edit.Inserted.Length > 0));

    /// <summary>Takes what waits, to be written; nothing where nothing does.</summary>
    public IReadOnlyList<TextChange> BeginWrite()
    {
        IsWriting = IsWaiting;
        (_writing, _waiting) = (_waiting, []);
        return _writing;
    }

    /// <summary>What was taken is in the store's text now.</summary>
    public void Written() => _writing = [];

    /// <summary>The write is over, done or failed.</summary>
    public void EndWrite() => IsWriting = false;

    /// <summary>Where an index of the text shown stands in the saved one; inside what is unsaved, beside it.</summary>
    public int ToSaved(int index, bool isAfter)
    {
        index = ToSaved(_waiting, index, isAfter);
        return ToSaved(_writing, index, isAfter);
    }

    /// <summary>Where an index of the saved text stands in the text shown.</summary>
    public int ToShown(int index, bool isAfter)
    {
        foreach (TextChange edit in _writing)
        {
            index = TextCursor.Follow(index, movesWithInsert: !isAfter, edit);
        }

        foreach (TextChange edit in _waiting)
        {
            index = TextCursor.Follow(index, movesWithInsert: !isAfter, edit);
        }

        return index;
    }

    private static int ToSaved(List<TextChange> edits, int index, bool isAfter)
    {
        for (int i = edits.Count - 1; i >= 0; i--)
        {
            (int position, int deleted, string inserted) = edits[i];
            int end = position + inserted.Length;
            if (isAfter)
            {
                // The place holds to what is before it.
                index = index > end ? index - inserted.Length + deleted : Math.Min(index, position);
            }
            else if (index >= position)
            {
                index = index >= end ? index - inserted.Length + deleted : position + deleted;
            }
        }

        return index;
    }
}
