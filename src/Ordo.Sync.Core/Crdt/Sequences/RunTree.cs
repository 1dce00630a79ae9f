namespace Ordo.Sync.Crdt.Sequences;

/// <summary>
/// The runs in document order: a B+ tree with the visible lengths summed in its branches, for index → run and run → index
/// in O(log n). Leaves are linked; a run points to its leaf. Nodes split when full and go when empty.
/// </summary>
internal sealed class RunTree
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

    /// <summary>Fills the empty tree with runs in document order.</summary>
    public void Load(ReadOnlySpan<Run> runs)
    {
        const int Fill = RunNode.Capacity * 3 / 4;
        var nodes = new List<RunNode>((runs.Length / Fill) + 1);
        RunLeaf? previous = null;
        for (int from = 0; from < runs.Length; from += Fill)
        {
            RunLeaf leaf = previous is null ? _first : new RunLeaf { Previous = previous };
            previous?.Next = leaf;
            previous = leaf;
            foreach (Run run in runs.Slice(from, Math.Min(Fill, runs.Length - from)))
            {
                leaf.Runs[leaf.Count] = run;
                leaf.Lengths[leaf.Count++] = run.VisibleLength;
                run.Leaf = leaf;
            }

            nodes.Add(leaf);
        }

        while (nodes.Count > 1)
        {
            nodes = LoadLevel(nodes, Fill);
        }

        _root = nodes.Count == 1 ? nodes[0] : _first;
        Length = _root.Sum();
        Count = runs.Length;
    }

    private static List<RunNode> LoadLevel(List<RunNode> nodes, int fill)
    {
        var parents = new List<RunNode>((nodes.Count / fill) + 1);
        for (int i = 0; i < nodes.Count; i++)
        {
            if (i % fill == 0)
            {
                parents.Add(new RunBranch());
            }

            var branch = (RunBranch)parents[^1];
            branch.Children[branch.Count] = nodes[i];
            branch.Lengths[branch.Count] = nodes[i].Sum();
            nodes[i].Parent = branch;
            nodes[i].Slot = branch.Count++;
        }

        return parents;
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

    private RunLeaf Split(RunLeaf leaf)
    {
        const int Keep = RunNode.Capacity / 2;
        var right = new RunLeaf { Count = RunNode.Capacity - Keep, Next = leaf.Next, Previous = leaf };
        leaf.Next?.Previous = right;
        leaf.Next = right;
        Array.Copy(leaf.Runs, Keep, right.Runs, 0, right.Count);
        Array.Copy(leaf.Lengths, Keep, right.Lengths, 0, right.Count);
        Array.Clear(leaf.Runs, Keep, right.Count);
        Array.Clear(leaf.Lengths, Keep, right.Count);
        leaf.Count = Keep;
        for (int i = 0; i < right.Count; i++)
        {
            right.Runs[i]!.Leaf = right;
        }

        InsertSibling(leaf, right);
        return right;
    }

    // Hangs a node that took the upper half of its left neighbour beside it.
    private void InsertSibling(RunNode left, RunNode right)
    {
        int moved = right.Sum();
        if (left.Parent is not { } parent)
        {
            parent = new RunBranch { Count = 1 };
            parent.Children[0] = left;
            parent.Lengths[0] = left.Sum() + moved;
            left.Parent = parent;
            left.Slot = 0;
            _root = parent;
        }
        else if (parent.Count == RunNode.Capacity)
        {
            Split(parent);
            parent = left.Parent;
        }

        int slot = left.Slot + 1;
        for (int i = parent.Count; i > slot; i--)
        {
            parent.Children[i] = parent.Children[i - 1];
            parent.Children[i]!.Slot = i;
            parent.Lengths[i] = parent.Lengths[i - 1];
        }

        parent.Children[slot] = right;
        parent.Lengths[slot] = moved;
        parent.Lengths[left.Slot] -= moved;
        parent.Count++;
        right.Parent = parent;
        right.Slot = slot;
    }

    private void Split(RunBranch branch)
    {
        const int Keep = RunNode.Capacity / 2;
        var right = new RunBranch { Count = RunNode.Capacity - Keep };
        for (int i = 0; i < right.Count; i++)
        {
            RunNode child = branch.Children[Keep + i]!;
            right.Children[i] = child;
            right.Lengths[i] = branch.Lengths[Keep + i];
            child.Parent = right;
            child.Slot = i;
            branch.Children[Keep + i] = null;
            branch.Lengths[Keep + i] = 0;
        }

        branch.Count = Keep;
        InsertSibling(branch, right);
    }

    private void Unlink(RunLeaf leaf)
    {
        leaf.Previous?.Next = leaf.Next;
        leaf.Next?.Previous = leaf.Previous;
        if (_first == leaf)
        {
            _first = leaf.Next ?? new RunLeaf();
        }

        RunNode node = leaf;
        while (node.Parent is { } parent)
        {
            parent.Count--;
            for (int i = node.Slot; i < parent.Count; i++)
            {
                parent.Children[i] = parent.Children[i + 1];
                parent.Children[i]!.Slot = i;
                parent.Lengths[i] = parent.Lengths[i + 1];
            }

            parent.Children[parent.Count] = null;
            parent.Lengths[parent.Count] = 0;
            if (parent.Count > 0)
            {
                return;
            }

            node = parent;
        }

        _root = _first;
    }
}
