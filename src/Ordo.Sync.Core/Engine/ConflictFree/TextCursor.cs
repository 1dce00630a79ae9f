using Ordo.Sync.Crdt;

namespace Ordo.Sync.Engine.ConflictFree;

/// <summary>A place in the text of a <see cref="TextSession"/> that follows the text. Its index may be read on any thread.</summary>
public sealed class TextCursor
{
    private readonly bool _movesWithInsert;
    private int _index;

    internal TextCursor(int index, bool movesWithInsert)
    {
        _index = index;
        _movesWithInsert = movesWithInsert;
    }

    /// <summary>The UTF-16 index where it stands now.</summary>
    public int Index => Volatile.Read(ref _index);

    /// <summary>Where an index stands after a change.</summary>
    internal static int Follow(int index, bool movesWithInsert, TextChange change)
    {
        if (index < change.Position || (index == change.Position && (!movesWithInsert || change.Deleted > 0)))
        {
            return index;
        }

        bool isInside = index < change.Position + change.Deleted;
        return isInside ? change.Position : index - change.Deleted + change.Inserted.Length;
    }

    internal void Follow(TextChange change) => Volatile.Write(ref _index, Follow(_index, _movesWithInsert, change));
}
