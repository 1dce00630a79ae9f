using Ordo.Sync.Causality;

namespace Ordo.Sync.Crdt.Sequences;

// Looking from dots to places and back: anchors, snapshots, comparison.
internal sealed partial class SequenceCore<T>
{
    /// <summary>The anchor at a visible index.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is outside the sequence.</exception>
    public Anchor AnchorAt(int index, bool isAfter)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(index, Length);
        if (isAfter ? index == 0 : index == Length)
        {
            return new Anchor(null, isAfter);
        }

        Run run = Locate(isAfter ? index - 1 : index, out int offset);
        return new Anchor(new GlobalDot(_replicas[run.Replica], run.Counter + offset), isAfter);
    }

    /// <summary>The index of an anchor; <see langword="null"/> where its element is gone.</summary>
    public int? IndexOf(Anchor anchor)
    {
        if (anchor.Element is not { } element)
        {
            return anchor.IsAfter ? 0 : Length;
        }

        if (Find(element) is not { } run)
        {
            return null;
        }

        int start = RunTree.PositionOf(run);
        return run.State == RunState.Live ? start + (int)(element.Counter - run.Counter) + (anchor.IsAfter ? 1 : 0) : start;
    }

    /// <summary>The dots of the visible elements from an index on, as runs.</summary>
    public List<(GlobalDot First, int Length)> DotsOf(int index, int count)
    {
        var dots = new List<(GlobalDot First, int Length)>();
        if (count == 0)
        {
            return dots;
        }

        Run? run = Locate(index, out int offset);
        while (count > 0)
        {
            if (run!.State == RunState.Live)
            {
                int part = Math.Min(count, run.Length - offset);
                dots.Add((new GlobalDot(_replicas[run.Replica], run.Counter + offset), part));
                count -= part;
                offset = 0;
            }

            run = RunTree.Next(run);
        }

        return dots;
    }

    /// <summary>What has become of the elements of a range of dots: the part that begins there, and whether it is visible.</summary>
    public (int Length, Run? Live) PartOf(GlobalDot first, int length)
    {
        int replica = IndexOf(first.Replica);
        if (replica < 0)
        {
            return (length, null);
        }

        if (_indexes[replica].Find(first.Counter) is { } run)
        {
            return ((int)Math.Min(length, run.End - first.Counter), run.State == RunState.Live ? run : null);
        }

        long next = _indexes[replica].FindAfter(first.Counter)?.Counter ?? long.MaxValue;
        return ((int)Math.Min(length, next - first.Counter), null);
    }

    /// <summary>What changed since the visible elements were those of the runs, in order.</summary>
    public SequenceChanges<T> ChangesSince((GlobalDot First, int Length)[] before)
    {
        var changes = new SequenceChanges<T>();
        List<(int Length, bool IsKept)> old = PartsKept(before);
        List<(int Length, bool IsKept)> now = PartsIn([.. before.OrderBy(run => run.First)], DotsOf(0, Length));
        int i = 0;
        int j = 0;
        int position = 0;
        while (i < old.Count || j < now.Count)
        {
            if (i < old.Count && !old[i].IsKept)
            {
                changes.Removed(position, old[i++].Length);
            }
            else if (j < now.Count && !now[j].IsKept)
            {
                var items = new T[now[j++].Length];
                CopyTo(position, items);
                changes.Inserted(position, items);
                position += items.Length;
            }
            else if (i < old.Count && j < now.Count)
            {
                // The kept elements stand in the same order before and now.
                int count = Math.Min(old[i].Length, now[j].Length);
                position += count;
                Use(old, ref i, count);
                Use(now, ref j, count);
            }
            else
            {
                throw new InvalidOperationException("The snapshot is not of this text.");
            }
        }

        return changes;
    }

    private static void Use(List<(int Length, bool IsKept)> parts, ref int at, int count)
    {
        if (parts[at].Length == count)
        {
            at++;
        }
        else
        {
            parts[at] = (parts[at].Length - count, true);
        }
    }

    // The runs in parts that are visible now and parts that are not.
    private List<(int Length, bool IsKept)> PartsKept((GlobalDot First, int Length)[] runs)
    {
        var parts = new List<(int Length, bool IsKept)>(runs.Length);
        foreach ((GlobalDot first, int length) in runs)
        {
            for (int offset = 0; offset < length;)
            {
                (int part, Run? live) = PartOf(first with { Counter = first.Counter + offset }, length - offset);
                parts.Add((part, live is not null));
                offset += part;
            }
        }

        return parts;
    }

    // The runs in parts that are among the sorted ones and parts that are not.
    private static List<(int Length, bool IsKept)> PartsIn(
        (GlobalDot First, int Length)[] sorted, List<(GlobalDot First, int Length)> runs)
    {
        var parts = new List<(int Length, bool IsKept)>(runs.Count);
        foreach ((GlobalDot first, int length) in runs)
        {
            long end = first.Counter + length;
            for (long at = first.Counter; at < end;)
            {
                int next = CountUpTo(sorted, first with { Counter = at });
                long heldEnd = next > 0 && sorted[next - 1].First.Replica == first.Replica
                    ? sorted[next - 1].First.Counter + sorted[next - 1].Length
                    : 0;
                bool isKept = at < heldEnd;
                long to = isKept ? heldEnd
                    : next < sorted.Length && sorted[next].First.Replica == first.Replica ? sorted[next].First.Counter
                    : end;
                parts.Add(((int)(Math.Min(to, end) - at), isKept));
                at = Math.Min(to, end);
            }
        }

        return parts;
    }

    // How many of the sorted runs begin at the dot or before it.
    private static int CountUpTo((GlobalDot First, int Length)[] sorted, GlobalDot dot)
    {
        int low = 0;
        int high = sorted.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (sorted[middle].First <= dot)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
