namespace Ordo.Sync.Crdt.Sequences;

/// <summary>A leaf of the order tree: up to 32 runs in document order.</summary>
internal sealed class RunLeaf : RunNode
{
    public readonly Run?[] Runs = new Run?[Capacity];
    public RunLeaf? Next;
    public RunLeaf? Previous;

    public int SlotOf(Run run) => Array.IndexOf(Runs, run, 0, Count);
}
