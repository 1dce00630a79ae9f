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

    internal void Follow(TextChange change)
    {
        int index = _index;
        if (index > change.Position || (index == change.Position && _movesWithInsert && change.Deleted == 0))
        {
            int left = Math.Max(change.Position, index - change.Deleted);
            bool isInside = index < change.Position + change.Deleted;
            index = isInside ? change.Position : left + change.Inserted.Length;
        }

        Volatile.Write(ref _index, index);
    }
}
