namespace Ordo.Sync.Crdt.Sequences;

/// <summary>One change of the visible elements: at a position, first so many deleted, then these inserted.</summary>
internal sealed class SequenceChange<T>
{
    public int Position { get; set; }

    public int Deleted { get; set; }

    public List<T> Inserted { get; } = [];
}
