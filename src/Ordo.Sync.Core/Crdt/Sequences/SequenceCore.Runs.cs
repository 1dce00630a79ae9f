namespace Ordo.Sync.Crdt.Sequences;

// Runs: parting and joining them, and changing the state of their elements.
internal sealed partial class SequenceCore<T>
{
    private static RemovalStamp StampOf(Run run) => new(run.EventReplica, run.EventCounter, run.EventStep);

    private static void SetStamp(Run run, RemovalStamp stamp)
    {
        run.EventReplica = stamp.Replica;
        run.EventCounter = stamp.Counter;
        run.EventStep = run.Length == 1 ? (sbyte)0 : (sbyte)stamp.Step;
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
            if (count == 1 && state == RunState.Removed && run.Length > 1
                && ((offset == 0 && TryShiftHead(run, stamp)) || (offset == run.Length - 1 && TryShiftTail(run, stamp))))
            {
                _cursor = null;
                return;
            }
        }

        run = Isolate(run, offset, count);
        _tree.Resize(run, -run.VisibleLength);
        run.State = state;
        run.Content = 0;
        SetStamp(run, state == RunState.Removed ? stamp : default);
        run = JoinNeighbours(run);
        if (state == RunState.Gone)
        {
            _gone.Add(run);
        }
    }

    // A run of its own for elements of a run.
    private Run Isolate(Run run, int offset, int count)
    {
        if (offset > 0)
        {
            run = Split(run, offset);
        }

        if (count < run.Length)
        {
            Split(run, count);
        }

        return run;
    }

    // Makes one run of a run whose state changed and those beside it, where they continue each other.
    private Run JoinNeighbours(Run run)
    {
        _cursor = null;
        if (run is { IsLeft: false, Parent: { } parent } && TryJoin(parent, run))
        {
            run = parent;
        }

        if (run.FirstRight is { } next)
        {
            TryJoin(run, next);
        }

        return run;
    }

    // Deleting forwards, a character a time: the head of the run goes over to the removed run that it continues.
    private bool TryShiftHead(Run run, RemovalStamp stamp)
    {
        if (run.Parent is not { State: RunState.Removed } before || run.Counter != before.End || before.Length == int.MaxValue
            || !IsOnlyChain(before, run) || before.EventReplica != stamp.Replica)
        {
            return false;
        }

        long step = stamp.Counter - (before.EventCounter + ((long)before.EventStep * (before.Length - 1)));
        if (step is < -1 or > 1 || (before.Length > 1 && before.EventStep != step))
        {
            return false;
        }

        before.EventStep = (sbyte)step;
        before.Length++;
        run.Counter++;
        run.Content++;
        run.Length--;
        _tree.Resize(run, -1);
        return true;
    }

    // Deleting backwards: the tail of the run goes over to the removed run that continues it.
    private bool TryShiftTail(Run run, RemovalStamp stamp)
    {
        if (run.FirstRight is not { State: RunState.Removed } after || after.Counter != run.End || after.Length == int.MaxValue
            || !IsOnlyChain(run, after) || after.EventReplica != stamp.Replica)
        {
            return false;
        }

        long step = after.EventCounter - stamp.Counter;
        if (step is < -1 or > 1 || (after.Length > 1 && after.EventStep != step))
        {
            return false;
        }

        after.EventStep = (sbyte)step;
        after.EventCounter = stamp.Counter;
        after.Counter--;
        after.Length++;
        run.Length--;
        _tree.Resize(run, -1);
        return true;
    }

    // Whether nothing stands between the last element of a run and the first of the next, so that elements can go over.
    private static bool IsOnlyChain(Run run, Run next) =>
        next.Replica == run.Replica && !next.IsLeft && next.Parent == run && run.FirstRight == next
        && next.NextSibling is null && next.FirstLeft is null;

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
        next.Counter == run.End && next.State == run.State && IsOnlyChain(run, next) && (long)run.Length + next.Length <= int.MaxValue
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
}
