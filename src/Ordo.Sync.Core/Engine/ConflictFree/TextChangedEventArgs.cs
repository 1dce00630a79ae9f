using Ordo.Sync.Crdt;

namespace Ordo.Sync.Engine.ConflictFree;

/// <summary>What changed in the text of a <see cref="TextSession"/>.</summary>
public sealed class TextChangedEventArgs : EventArgs
{
    internal TextChangedEventArgs(IReadOnlyList<TextChange> changes, long revision, bool isRemote)
    {
        Changes = changes;
        Revision = revision;
        IsRemote = isRemote;
    }

    /// <summary>What an editor has to do, in order; positions of a change count on those before it.</summary>
    public IReadOnlyList<TextChange> Changes { get; }

    /// <summary>The revision that they made; of the one before, an editor has missed nothing.</summary>
    public long Revision { get; }

    /// <summary>Whether it was somebody else, or another write of this app; otherwise an undo or redo of this session.</summary>
    public bool IsRemote { get; }
}
