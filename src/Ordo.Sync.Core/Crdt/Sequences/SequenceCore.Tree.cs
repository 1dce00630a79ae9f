namespace Ordo.Sync.Crdt.Sequences;

// The Fugue tree: hanging runs into it, splitting and joining them, changing their state.
internal sealed partial class SequenceCore<T>
{
    // Runs that became gone since the last pruning.
    private readonly List<Run> _gone = [];

    private static RemovalStamp StampOf(Run run) => new(run.EventReplica, run.EventCounter, run.EventStep);

    private static void SetStamp(Run run, RemovalStamp stamp)
    {
        run.EventReplica = stamp.Replica;
        run.EventCounter = stamp.Counter;
        run.EventStep = run.Length == 1 ? (sbyte)0 : (sbyte)stamp.Step;
    }

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

    // Parts a run before the element at the offset; returns the second part, the right child of the first.
    private Run Split(Run run, int offset)
    {
        Run tail = NewRun(run.Replica, run.Counter + offset, run.Length - offset, run.Content + offset);
        tail.State = run.State;
        tail.Parent = run;
        tail.FirstRight = run.FirstRight;
        Adopt(tail);
        run.FirstRight = tail;
        int visible = tail.VisibleLength;
        RemovalStamp stamp = StampOf(run);
        run.Length = offset;
        SetStamp(run, stamp);
        SetStamp(tail, stamp.Skip(offset));
        _tree.Resize(run, -visible);
        _tree.InsertAfter(run, tail);
        _indexes[tail.Replica].Add(tail);
        return tail;
    }

    private static void Adopt(Run parent)
    {
        for (Run? kid = parent.FirstRight; kid is not null; kid = kid.NextSibling)
        {
            kid.Parent = parent;
        }
    }

    /// <summary>Moves elements of a run to a later state, parting and joining runs as that asks for.</summary>
    private void Change(Run run, int offset, int count, RunState state, RemovalStamp stamp)
    {
        if (run.State == RunState.Live)
        {
            Changes?.Removed(RunTree.PositionOf(run) + offset, count);
        }

        if (offset > 0)
        {
            run = Split(run, offset);
        }

        if (count < run.Length)
        {
            Split(run, count);
        }

        _tree.Resize(run, -run.VisibleLength);
        run.State = state;
        run.Content = 0;
        SetStamp(run, state == RunState.Removed ? stamp : default);
        _cursor = null;
        if (run is { IsLeft: false, Parent: { } parent } && TryJoin(parent, run))
        {
            run = parent;
        }

        if (run.FirstRight is { } next)
        {
            TryJoin(run, next);
        }

        if (state == RunState.Gone)
        {
            _gone.Add(run);
        }
    }

    // Makes one run of a run and its only right child, where that continues it in every respect.
    private bool TryJoin(Run run, Run next)
    {
        if (!Continues(run, next))
        {
            return false;
        }

        if (run is { State: RunState.Removed, Length: 1 })
        {
            run.EventStep = (sbyte)(next.EventCounter - run.EventCounter);
        }

        int visible = next.VisibleLength;
        _tree.Remove(next);
        _indexes[next.Replica].Remove(next);
        run.Length += next.Length;
        run.FirstRight = next.FirstRight;
        Adopt(run);
        _tree.Resize(run, visible);
        return true;
    }

    private static bool Continues(Run run, Run next) =>
        next.Replica == run.Replica && next.Counter == run.End && next.State == run.State
        && !next.IsLeft && next.Parent == run && run.FirstRight == next && next.NextSibling is null
        && next.FirstLeft is null && (long)run.Length + next.Length <= int.MaxValue
        && run.State switch
        {
            RunState.Live => next.Content == run.Content + run.Length,
            RunState.Removed => StampContinues(run, next),
            _ => true,
        };

    private static bool StampContinues(Run run, Run next)
    {
        long step = next.EventCounter - (run.EventCounter + ((long)run.EventStep * (run.Length - 1)));
        return next.EventReplica == run.EventReplica && step is >= -1 and <= 1
            && (run.Length == 1 || run.EventStep == step) && (next.Length == 1 || next.EventStep == step);
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
