namespace Ordo.Sync.Crdt.Sequences;

/// <summary>
/// Elements with consecutive dots of one replica, each the right child of the one before, all in one state: a node of the
/// Fugue tree and, at the same time, an entry of the list in document order.
/// </summary>
/// <remarks>
/// Invariants: an element with a left child is the first of its run; one with a right child outside the run is the last.
/// So children hang on runs: left ones on the first element, right ones on the last, each a list sorted by dot.
/// Fields, not properties: this is the inner loop of every edit.
/// </remarks>
internal sealed class Run
{
    /// <summary>The leaf of the order tree that holds this run; null where it is not in the list (the root).</summary>
    public RunLeaf? Leaf;

    /// <summary>The run whose first (<see cref="IsLeft"/>) or last element is the parent of this run's first.</summary>
    public Run? Parent;

    public Run? FirstLeft;
    public Run? FirstRight;
    public Run? NextSibling;

    /// <summary>The counter of the first element.</summary>
    public long Counter;

    /// <summary>The counter of the event that removed the first element; the others' follow in <see cref="EventStep"/>s.</summary>
    public long EventCounter;

    /// <summary>The replica's index in the sequence's own table; −1: the root.</summary>
    public int Replica;

    public int EventReplica;
    public int Length;

    /// <summary>Where the elements' values begin in the sequence's content; only for live runs.</summary>
    public int Content;

    /// <summary>A scratch number of the algorithm at work (an encoder's position, a visit's mark).</summary>
    public int Mark;

    public RunState State;
    public sbyte EventStep;
    public bool IsLeft;

    public long End => Counter + Length;

    public int VisibleLength => State == RunState.Live ? Length : 0;

    public bool HasKids => FirstLeft is not null || FirstRight is not null;
}
