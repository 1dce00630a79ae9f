namespace Ordo.Sync.Crdt.Sequences;

// From the runs that were read to a tree of them, which has to be the one that its order claims.
internal sealed partial class SequenceCore<T>
{
    // Hangs the runs below their parents, last first, so that siblings stand in document order; then walks the tree.
    private void Link(Run[] runs)
    {
        for (int i = runs.Length - 1; i >= 0; i--)
        {
            Run run = runs[i];
            if (run.Mark < -1 || run.Mark >= runs.Length)
            {
                throw new CrdtFormatException($"Run {i} of a sequence hangs below run {run.Mark} of {runs.Length}.");
            }

            run.Parent = run.Mark < 0 ? _root : runs[run.Mark];
            ref Run? first = ref run.Parent.FirstRight;
            if (run.IsLeft)
            {
                first = ref run.Parent.FirstLeft;
            }

            if (first is not null && !Precedes(run, first))
            {
                throw new CrdtFormatException($"Run {i} of a sequence does not stand in the order of its siblings.");
            }

            run.NextSibling = first;
            first = run;
        }

        Run? at = _root.FirstRight is null ? null : Leftmost(_root.FirstRight);
        foreach (Run run in runs)
        {
            if (at != run)
            {
                throw new CrdtFormatException("The runs of a sequence do not stand in the order of their tree.");
            }

            at = Successor(at);
        }
    }

    private Run? Successor(Run run)
    {
        if (run.FirstRight is { } right)
        {
            return Leftmost(right);
        }

        while (run != _root)
        {
            if (run.NextSibling is { } sibling)
            {
                return Leftmost(sibling);
            }

            if (run.IsLeft)
            {
                return run.Parent;
            }

            run = run.Parent!;
        }

        return null;
    }

    private void LoadIndexes(Run[] runs)
    {
        var counts = new int[_replicas.Count];
        foreach (Run run in runs)
        {
            counts[run.Replica]++;
        }

        var sorted = new Run[counts.Length][];
        var keys = new long[counts.Length][];
        for (int i = 0; i < counts.Length; i++)
        {
            sorted[i] = new Run[counts[i]];
            keys[i] = new long[counts[i]];
        }

        foreach (Run run in runs)
        {
            int at = --counts[run.Replica];
            sorted[run.Replica][at] = run;
            keys[run.Replica][at] = run.Counter;
        }

        for (int i = 0; i < sorted.Length; i++)
        {
            Array.Sort(keys[i], sorted[i]);
            for (int j = 1; j < sorted[i].Length; j++)
            {
                if (sorted[i][j - 1].End > sorted[i][j].Counter)
                {
                    throw new CrdtFormatException($"A sequence holds {_replicas[i]}:{sorted[i][j].Counter} twice.");
                }
            }

            _indexes[i].Load(sorted[i]);
        }
    }
}
