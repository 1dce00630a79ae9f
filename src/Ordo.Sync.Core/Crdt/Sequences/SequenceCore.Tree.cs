namespace Ordo.Sync.Crdt.Sequences;

// The Fugue tree: hanging runs into it and taking them out.
internal sealed partial class SequenceCore<T>
{
    // Runs that became gone since the last pruning.
    private readonly List<Run> _gone = [];

    // Siblings are ordered by dot, by the id and never by the local index, which differs between replicas.
    private bool Precedes(Run left, Run right) => left.Replica == right.Replica
        ? left.Counter < right.Counter
        : _replicas[left.Replica] < _replicas[right.Replica];

    /// <summary>
    /// Hangs a new run below the first element (left) or the last (right) of <paramref name="parent"/> and into the list:
    /// before the subtree of the next sibling, or else at the end of the parent's children on that side.
    /// </summary>
    private void Place(Run run, Run parent, bool isLeft)
    {
        run.Parent = parent;
        run.IsLeft = isLeft;
        Run? previous = null;
        Run? next = isLeft ? parent.FirstLeft : parent.FirstRight;
        while (next is not null && Precedes(next, run))
        {
            previous = next;
            next = next.NextSibling;
        }

        run.NextSibling = next;
        if (previous is not null)
        {
            previous.NextSibling = run;
        }
        else if (isLeft)
        {
            parent.FirstLeft = run;
        }
        else
        {
            parent.FirstRight = run;
        }

        if (next is not null)
        {
            _tree.InsertBefore(Leftmost(next), run);
        }
        else if (isLeft)
        {
            _tree.InsertBefore(parent, run);
        }
        else if (previous is not null)
        {
            _tree.InsertAfter(Rightmost(previous), run);
        }
        else if (parent == _root)
        {
            _tree.InsertFirst(run);
        }
        else
        {
            _tree.InsertAfter(parent, run);
        }

        _indexes[run.Replica].Add(run);
    }

    private static Run Leftmost(Run run)
    {
        while (run.FirstLeft is { } left)
        {
            run = left;
        }

        return run;
    }

    private static Run Rightmost(Run run)
    {
        while (run.FirstRight is { } right)
        {
            while (right.NextSibling is { } sibling)
            {
                right = sibling;
            }

            run = right;
        }

        return run;
    }

    // Drops runs that every replica knows to be removed and that nothing hangs on, upwards; joins what they kept apart.
    private void Prune()
    {
        foreach (Run candidate in _gone)
        {
            Run run = candidate;
            while (run is { State: RunState.Gone, HasKids: false, Leaf: not null })
            {
                Run parent = run.Parent!;
                Detach(run);
                if (parent == _root)
                {
                    break;
                }

                run = parent;
            }

            if (run.Leaf is not null && run.FirstRight is { } next)
            {
                TryJoin(run, next);
            }
            else if (run is { State: RunState.Gone, Length: > 1, Leaf: not null })
            {
                // Only the first element holds something, to its left.
                Detach(Split(run, 1));
            }
        }

        _gone.Clear();
        _cursor = null;
    }

    private void Detach(Run run)
    {
        Run parent = run.Parent!;
        ref Run? first = ref parent.FirstRight;
        if (run.IsLeft)
        {
            first = ref parent.FirstLeft;
        }

        if (first == run)
        {
            first = run.NextSibling;
        }
        else
        {
            Run at = first!;
            while (at.NextSibling != run)
            {
                at = at.NextSibling!;
            }

            at.NextSibling = run.NextSibling;
        }

        run.NextSibling = null;
        _tree.Remove(run);
        _indexes[run.Replica].Remove(run);
    }
}
