namespace Ordo.Sync.Crdt.Sequences;

/// <summary>
/// The runs in document order: a B+ tree with the visible lengths summed in its branches, for index → run and run → index
/// in O(log n). Leaves are linked; a run points to its leaf. Nodes split when full and go when empty.
/// </summary>
internal sealed partial class RunTree
{
    private RunNode _root;
    private RunLeaf _first;

    public RunTree()
    {
        _first = new RunLeaf();
        _root = _first;
    }

    /// <summary>The visible length of all runs.</summary>
    public int Length { get; private set; }

    /// <summary>The number of runs.</summary>
    public int Count { get; private set; }

    /// <summary>The first run in document order.</summary>
    public Run? First => _first.Count > 0 ? _first.Runs[0] : null;

    /// <summary>All runs in document order.</summary>
    public RunWalk Runs => new(_first);

    /// <summary>The run that follows in document order.</summary>
    public static Run? Next(Run run)
    {
        RunLeaf leaf = run.Leaf!;
        int slot = leaf.SlotOf(run) + 1;
        return slot < leaf.Count ? leaf.Runs[slot] : leaf.Next?.Runs[0];
    }

    /// <summary>The run that holds the visible element at <paramref name="index"/>, and the index of its first.</summary>
    public Run Find(int index, out int start)
    {
        int rest = index;
        RunNode node = _root;
        while (true)
        {
            int[] lengths = node.Lengths;
            int slot = 0;
            while (rest >= lengths[slot])
            {
                rest -= lengths[slot++];
            }

            if (node is RunLeaf leaf)
            {
                start = index - rest;
                return leaf.Runs[slot]!;
            }

            node = ((RunBranch)node).Children[slot]!;
        }
    }

    /// <summary>The number of visible elements before the run.</summary>
    public static int PositionOf(Run run)
    {
        RunNode node = run.Leaf!;
        int slot = run.Leaf!.SlotOf(run);
        int position = 0;
        while (true)
        {
            for (int i = 0; i < slot; i++)
            {
                position += node.Lengths[i];
            }

            if (node.Parent is null)
            {
                return position;
            }

            slot = node.Slot;
            node = node.Parent;
        }
    }

    public void InsertFirst(Run run) => Insert(_first, 0, run);

    public void InsertAfter(Run at, Run run) => Insert(at.Leaf!, at.Leaf!.SlotOf(at) + 1, run);

    public void InsertBefore(Run at, Run run) => Insert(at.Leaf!, at.Leaf!.SlotOf(at), run);

    /// <summary>Tells the tree that the run's visible length changed by <paramref name="delta"/>.</summary>
    public void Resize(Run run, int delta)
    {
        if (delta != 0)
        {
            Resize(run.Leaf!, run.Leaf!.SlotOf(run), delta);
        }
    }

    public void Remove(Run run)
    {
        RunLeaf leaf = run.Leaf!;
        int slot = leaf.SlotOf(run);
        Resize(leaf, slot, -leaf.Lengths[slot]);
        leaf.Count--;
        Array.Copy(leaf.Runs, slot + 1, leaf.Runs, slot, leaf.Count - slot);
        Array.Copy(leaf.Lengths, slot + 1, leaf.Lengths, slot, leaf.Count - slot);
        leaf.Runs[leaf.Count] = null;
        leaf.Lengths[leaf.Count] = 0;
        run.Leaf = null;
        Count--;
        if (leaf.Count == 0 && leaf.Parent is not null)
        {
            Unlink(leaf);
        }
    }

    private void Resize(RunNode node, int slot, int delta)
    {
        node.Lengths[slot] += delta;
        while (node.Parent is { } parent)
        {
            parent.Lengths[node.Slot] += delta;
            node = parent;
        }

        Length += delta;
    }

    private void Insert(RunLeaf leaf, int slot, Run run)
    {
        if (leaf.Count == RunNode.Capacity)
        {
            RunLeaf right = Split(leaf);
            if (slot > leaf.Count)
            {
                slot -= leaf.Count;
                leaf = right;
            }
        }

        Array.Copy(leaf.Runs, slot, leaf.Runs, slot + 1, leaf.Count - slot);
        Array.Copy(leaf.Lengths, slot, leaf.Lengths, slot + 1, leaf.Count - slot);
        leaf.Runs[slot] = run;
        leaf.Lengths[slot] = 0;
        leaf.Count++;
        run.Leaf = leaf;
        Count++;
        Resize(leaf, slot, run.VisibleLength);
    }
}
