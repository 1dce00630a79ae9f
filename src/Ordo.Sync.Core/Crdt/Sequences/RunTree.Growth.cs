namespace Ordo.Sync.Crdt.Sequences;

// How the tree grows and shrinks: bulk loading, splitting what is full, unlinking what is empty.
internal sealed partial class RunTree
{
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
