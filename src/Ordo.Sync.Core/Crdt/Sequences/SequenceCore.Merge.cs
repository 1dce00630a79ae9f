namespace Ordo.Sync.Crdt.Sequences;

// The join: of a whole state, and of single pieces, which is what deltas bring.
internal sealed partial class SequenceCore<T>
{
    /// <summary>
    /// Joins another state into this one. Each dot stands in a chain (unknown, live, removed by an event, gone) and the
    /// join is the maximum; a dot that a side knows and does not hold is gone there.
    /// </summary>
    public void Merge(ICausalView mine, SequenceCore<T> other, ICausalView theirs)
    {
        int[] replicas = [.. other._replicas.Select(Intern)];
        long[] known = [.. other._replicas.Select(mine.KnownUpTo)];
        long[] claimed = [.. other._replicas.Select(theirs.KnownUpTo)];
        DropWhatIsGone(other, theirs);
        var pending = new Stack<Run>();
        Push(pending, other._root.FirstRight);
        while (pending.TryPop(out Run? run))
        {
            Integrate(PieceOf(other, run, replicas), known[run.Replica], claimed[run.Replica]);
            Push(pending, run.FirstLeft);
            Push(pending, run.FirstRight);
        }

        Prune();
    }

    private static void Push(Stack<Run> pending, Run? run)
    {
        for (; run is not null; run = run.NextSibling)
        {
            pending.Push(run);
        }
    }

    private static SequencePiece<T> PieceOf(SequenceCore<T> other, Run run, int[] replicas)
    {
        Run parent = run.Parent!;
        return new SequencePiece<T>
        {
            Replica = replicas[run.Replica],
            Counter = run.Counter,
            Length = run.Length,
            ParentReplica = parent.Replica < 0 ? -1 : replicas[parent.Replica],
            ParentCounter = run.IsLeft ? parent.Counter : parent.End - 1,
            IsLeft = run.IsLeft,
            State = run.State,
            Stamp = run.State == RunState.Removed
                ? new RemovalStamp(replicas[run.EventReplica], run.EventCounter, run.EventStep)
                : default,
            Content = run.State == RunState.Live
                ? other._content.AsMemory(run.Content, run.Length)
                : default,
        };
    }

    // What the other side knows and does not hold has been removed there, and everybody knows by now.
    private void DropWhatIsGone(SequenceCore<T> other, ICausalView theirs)
    {
        long[] known = [.. _replicas.Select(theirs.KnownUpTo)];
        int[] others = [.. _replicas.Select(other.IndexOf)];
        for (Run? run = First; run is not null; run = RunTree.Next(run))
        {
            int at = others[run.Replica];
            long end = Math.Min(run.End, known[run.Replica] + 1);
            if (run.State != RunState.Gone && run.Counter < end)
            {
                run = DropGaps(run, end, at < 0 ? null : other._indexes[at]);
            }
        }
    }

    // Drops what the other index does not hold of a run's elements before a counter; returns the last run of what it was.
    private Run DropGaps(Run run, long end, RunIndex? held)
    {
        RunIndex index = _indexes[run.Replica];
        long last = run.End - 1;
        long from = run.Counter;
        while (from < end)
        {
            if (held?.Find(from) is { } kept)
            {
                from = kept.End;
                continue;
            }

            Run part = index.Find(from)!;
            long to = Math.Min(Math.Min(end, part.End), held?.FindAfter(from)?.Counter ?? long.MaxValue);
            if (part.State != RunState.Gone)
            {
                Change(part, (int)(from - part.Counter), (int)(to - from), RunState.Gone, default);
            }

            from = to;
        }

        return index.Find(last)!;
    }

    /// <summary>Takes in one piece; its parent must be here. Elements known and not held stay gone.</summary>
    /// <remarks>
    /// A gone element that its replica does not know is bare structure: something hangs below what it was not given. Such
    /// structure removes nothing elsewhere, and turns into the element where that arrives.
    /// </remarks>
    /// <param name="piece">The elements.</param>
    /// <param name="known">Up to which of their replica's counters this replica knows.</param>
    /// <param name="claimed">Up to which of their replica's counters the sender knows.</param>
    private void Integrate(in SequencePiece<T> piece, long known, long claimed)
    {
        RunIndex index = _indexes[piece.Replica];
        int offset = 0;
        while (offset < piece.Length)
        {
            long counter = piece.Counter + offset;
            bool isKnown = counter <= known;
            if (index.Find(counter) is { } run)
            {
                long end = Math.Min(piece.Counter + piece.Length, run.End);
                end = run.State == RunState.Gone && isKnown ? Math.Min(end, known + 1) : end;
                end = piece.State == RunState.Gone && counter <= claimed ? Math.Min(end, claimed + 1) : end;
                int part = (int)(end - counter);
                if (run.State == RunState.Gone && !isKnown)
                {
                    Fill(run, (int)(counter - run.Counter), part, piece, offset);
                }
                else if (piece.State != RunState.Gone || counter <= claimed)
                {
                    Combine(run, (int)(counter - run.Counter), part, piece.State, piece.Stamp.Skip(offset));
                }

                offset += part;
            }
            else
            {
                long end = Math.Min(piece.Counter + piece.Length, index.FindAfter(counter)?.Counter ?? long.MaxValue);
                int part = (int)((isKnown ? Math.Min(end, known + 1) : end) - counter);
                Add(piece, offset, part, isKnown);
                offset += part;
            }
        }
    }

    // Bare structure becomes the elements that it stood for.
    private void Fill(Run run, int offset, int count, in SequencePiece<T> piece, int pieceOffset)
    {
        if (piece.State == RunState.Gone)
        {
            return;
        }

        run = Isolate(run, offset, count);
        run.State = piece.State;
        if (run.State == RunState.Removed)
        {
            SetStamp(run, piece.Stamp.Skip(pieceOffset));
        }
        else
        {
            run.Content = Append(piece.Content.Span.Slice(pieceOffset, count));
            _tree.Resize(run, count);
            Changes?.Inserted(RunTree.PositionOf(run), ContentOf(run));
        }

        JoinNeighbours(run);
    }

    private void Combine(Run run, int offset, int count, RunState state, RemovalStamp stamp)
    {
        bool later = state > run.State;
        if (!later && state == RunState.Removed && run.State == RunState.Removed)
        {
            // Removed by two at once: the lesser event stands for both, on every replica the same.
            RemovalStamp own = StampOf(run).Skip(offset);
            later = stamp.Replica == own.Replica
                ? stamp.Counter < own.Counter
                : _replicas[stamp.Replica] < _replicas[own.Replica];
        }

        if (later)
        {
            Change(run, offset, count, state, stamp);
        }
    }

    private void Add(in SequencePiece<T> piece, int offset, int count, bool isGone)
    {
        RunState state = isGone ? RunState.Gone : piece.State;
        Run parent = offset > 0
            ? FindParent(piece.Replica, piece.Counter + offset - 1, isLeft: false)
            : FindParent(piece.ParentReplica, piece.ParentCounter, piece.IsLeft);
        Run run = NewRun(piece.Replica, piece.Counter + offset, count, 0);
        run.State = state;
        if (state == RunState.Live)
        {
            run.Content = Append(piece.Content.Span.Slice(offset, count));
        }
        else if (state == RunState.Removed)
        {
            SetStamp(run, piece.Stamp.Skip(offset));
        }

        Place(run, parent, offset == 0 && piece.IsLeft);
        _cursor = null;
        if (state == RunState.Live)
        {
            Changes?.Inserted(RunTree.PositionOf(run), ContentOf(run));
        }

        if (!run.IsLeft && TryJoin(parent, run))
        {
            run = parent;
        }

        if (state == RunState.Gone)
        {
            _gone.Add(run);
        }
    }

    // The run whose first (left) or last element is the parent; parts a run where the element stands inside it.
    private Run FindParent(int replica, long counter, bool isLeft)
    {
        if (replica < 0)
        {
            return isLeft ? throw new CrdtFormatException("An element stands to the left of the beginning.") : _root;
        }

        Run run = _indexes[replica].Find(counter) ?? throw new CrdtFormatException(
            $"An element hangs below {_replicas[replica]}:{counter}, which is not here: the delta was made for a replica "
            + "that knows more. Ask for the whole state.");
        int offset = (int)(counter - run.Counter);
        if (isLeft)
        {
            return offset > 0 ? Split(run, offset) : run;
        }

        if (offset < run.Length - 1)
        {
            Split(run, offset + 1);
        }

        return run;
    }
}
