using Ordo.Sync.Causality;

namespace Ordo.Sync.Crdt.Sequences;

// The whole state as columns, one entry a run, in document order.
internal sealed partial class SequenceCore<T>
{
    private const int Dropped = -1;
    private const int Kept = -2;

    /// <summary>
    /// Writes the structure. Runs that continue one another are written as one and removed ones that nothing hangs on are
    /// left out; without <paramref name="removals"/> removed ones stay only as structure, and the result is a function of
    /// the live dots alone: equal on all replicas that hold the same.
    /// </summary>
    /// <param name="indexOf">The index of a replica in the document's table.</param>
    /// <param name="removals">Whether to write the events of removals, which deltas and relays need.</param>
    public ColumnWriter EncodeStructure(Func<ReplicaId, int> indexOf, bool removals)
    {
        List<(Run First, int Length)> runs = Group(removals);
        int[] own = WriteReplicas(runs, indexOf, removals, out ColumnWriter target);
        target.Unsigned((ulong)runs.Count);
        var columns = new SequenceColumns();
        long[] next = new long[_replicas.Count];
        Array.Fill(next, 1);
        long[] nextEvent = new long[_replicas.Count];
        int previous = -1;
        for (int i = 0; i < runs.Count; i++)
        {
            (Run run, int length) = runs[i];
            RunState state = StateOf(run, removals);
            int head = (int)state | (WriteParent(columns, run, i) << RunHead.ParentShift);
            if (length == 1)
            {
                head |= RunHead.LengthIsOne;
            }
            else
            {
                columns.Lengths.Unsigned((ulong)length);
            }

            if (run.Replica == previous)
            {
                head |= RunHead.ReplicaIsSame;
            }
            else
            {
                columns.Replicas.Unsigned((ulong)own[run.Replica]);
                previous = run.Replica;
            }

            if (run.Counter == next[run.Replica])
            {
                head |= RunHead.CounterIsNext;
            }
            else
            {
                columns.Counters.Signed(run.Counter - next[run.Replica]);
            }

            next[run.Replica] = run.Counter + length;
            if (state == RunState.Removed)
            {
                WriteEvent(columns, run, own, nextEvent);
            }

            columns.Heads.Byte((byte)head);
        }

        columns.WriteTo(target);
        return target;
    }

    /// <summary>Adds the replicas that an encoding may name.</summary>
    public void CollectReplicas(ISet<ReplicaId> replicas, bool removals)
    {
        // Where removals are written, all that is here is written.
        bool[] used = removals ? UsedReplicas() : UsedReplicas(Group(removals), removals);
        for (int i = 0; i < used.Length; i++)
        {
            if (used[i])
            {
                replicas.Add(_replicas[i]);
            }
        }
    }

    /// <summary>The values of the visible elements, in document order.</summary>
    public T[] ToArray()
    {
        var items = new T[Length];
        CopyTo(0, items);
        return items;
    }

    private static RunState StateOf(Run run, bool removals) =>
        removals || run.State == RunState.Live ? run.State : RunState.Gone;

    // Marks what is written: live runs, removed ones where asked for, and everything they hang on; groups what continues.
    private List<(Run First, int Length)> Group(bool removals)
    {
        foreach (Run run in _tree.Runs)
        {
            run.Mark = Dropped;
        }

        foreach (Run run in _tree.Runs)
        {
            if (StateOf(run, removals) != RunState.Gone)
            {
                for (Run at = run; at != _root && at.Mark == Dropped; at = at.Parent!)
                {
                    at.Mark = Kept;
                }
            }
        }

        _root.Mark = -1;
        var runs = new List<(Run First, int Length)>(_tree.Count);
        Run? last = null;
        foreach (Run run in _tree.Runs)
        {
            if (run.Mark == Dropped)
            {
                continue;
            }

            if (last is not null && ContinuesEncoded(last, run, runs[^1].Length, removals))
            {
                runs[^1] = (runs[^1].First, runs[^1].Length + KeptLength(run, removals));
            }
            else
            {
                runs.Add((run, KeptLength(run, removals)));
            }

            run.Mark = runs.Count - 1;
            last = run;
        }

        return runs;
    }

    private static bool ContinuesEncoded(Run run, Run next, int length, bool removals)
    {
        RunState state = StateOf(run, removals);
        return state != RunState.Removed && next.Replica == run.Replica && next.Counter == run.End && StateOf(next, removals) == state
            && !next.IsLeft && next.Parent == run
            && KeptKid(run.FirstRight) == next && KeptKid(next.NextSibling) is null && KeptKid(next.FirstLeft) is null
            && (long)length + next.Length <= int.MaxValue;
    }

    // Of a run that is only structure and has nothing to its right, only the first element holds something, to its left.
    private static int KeptLength(Run run, bool removals) =>
        StateOf(run, removals) == RunState.Gone && KeptKid(run.FirstRight) is null ? 1 : run.Length;

    private static Run? KeptKid(Run? run)
    {
        while (run is { Mark: Dropped })
        {
            run = run.NextSibling;
        }

        return run;
    }

    // The replicas this sequence names, by their indexes in the document's table; returns each one's place in that list.
    private int[] WriteReplicas(
        List<(Run First, int Length)> runs, Func<ReplicaId, int> indexOf, bool removals, out ColumnWriter target)
    {
        bool[] used = UsedReplicas(runs, removals);
        int[] sorted = [.. Enumerable.Range(0, used.Length).Where(i => used[i]).OrderBy(i => indexOf(_replicas[i]))];
        target = new ColumnWriter();
        target.Unsigned((ulong)sorted.Length);
        var own = new int[_replicas.Count];
        for (int i = 0; i < sorted.Length; i++)
        {
            target.Unsigned((ulong)indexOf(_replicas[sorted[i]]));
            own[sorted[i]] = i;
        }

        return own;
    }

    private bool[] UsedReplicas()
    {
        var used = new bool[_replicas.Count];
        foreach (Run run in _tree.Runs)
        {
            used[run.Replica] = true;
            if (run.State == RunState.Removed)
            {
                used[run.EventReplica] = true;
            }
        }

        return used;
    }

    private bool[] UsedReplicas(List<(Run First, int Length)> runs, bool removals)
    {
        var used = new bool[_replicas.Count];
        foreach ((Run run, _) in runs)
        {
            used[run.Replica] = true;
            if (StateOf(run, removals) == RunState.Removed)
            {
                used[run.EventReplica] = true;
            }
        }

        return used;
    }

    private static int WriteParent(SequenceColumns columns, Run run, int at)
    {
        int distance = run.IsLeft ? run.Parent!.Mark - at : at - run.Parent!.Mark;
        if (distance == 1)
        {
            return run.IsLeft ? RunHead.LeftOfNext : RunHead.RightOfPrevious;
        }

        columns.Parents.Unsigned((ulong)(distance - 2));
        return run.IsLeft ? RunHead.LeftOfLater : RunHead.RightOfEarlier;
    }

    private static void WriteEvent(SequenceColumns columns, Run run, int[] own, long[] next)
    {
        columns.Events.Unsigned((ulong)own[run.EventReplica]);
        long difference = run.EventCounter - next[run.EventReplica];
        columns.Events.Unsigned(((ulong)((difference << 1) ^ (difference >> 63)) * 3) + (ulong)(run.EventStep + 1));
        next[run.EventReplica] = run.EventCounter;
    }
}
