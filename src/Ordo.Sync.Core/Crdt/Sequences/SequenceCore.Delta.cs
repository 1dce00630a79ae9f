using Ordo.Sync.Causality;

namespace Ordo.Sync.Crdt.Sequences;

// Deltas: what a replica that knows a context lacks, as pieces, parents first, and as removals of elements that it knows.
internal sealed partial class SequenceCore<T>
{
    private const int Nothing = 0;
    private const int NewElements = 1;
    private const int AllElements = 2;

    /// <summary>
    /// Writes what <paramref name="since"/> does not cover; null where that is nothing. The receiver must know every event
    /// that <see cref="Trim"/> has forgotten here.
    /// </summary>
    public ColumnWriter? EncodeDelta(Func<ReplicaId, int> indexOf, ICausalView since, out T[] content)
    {
        long[] known = [.. _replicas.Select(since.KnownUpTo)];
        MarkDelta(known);
        var target = new ColumnWriter();
        var removals = new ColumnWriter();
        int[] table = [.. _replicas.Select(indexOf)];
        int pieces = 0;
        int removed = 0;
        var pending = new Stack<Run>();
        var values = new List<T>();
        var body = new ColumnWriter();
        Push(pending, _root.FirstRight);
        while (pending.TryPop(out Run? run))
        {
            Push(pending, run.FirstLeft);
            Push(pending, run.FirstRight);
            if (run.Mark != Nothing)
            {
                WritePiece(body, run, run.Mark == AllElements ? 0 : KnownOf(run, known), table, values);
                pieces++;
            }

            if (run.Mark != AllElements && run.State == RunState.Removed && WriteRemoval(removals, run, known, table))
            {
                removed++;
            }
        }

        content = [.. values];
        if (pieces + removed == 0)
        {
            return null;
        }

        target.Unsigned((ulong)pieces);
        target.Bytes(body.Written);
        target.Unsigned((ulong)removed);
        target.Bytes(removals.Written);
        return target;
    }

    /// <summary>Joins a delta into this state.</summary>
    /// <exception cref="CrdtFormatException">The delta is malformed, or made for a replica that knows more.</exception>
    public void ApplyDelta(
        ReadOnlySpan<byte> delta,
        ReadOnlyMemory<T> content,
        IReadOnlyList<ReplicaId> table,
        ICausalView mine,
        ICausalView theirs)
    {
        var reader = new ColumnReader(delta);
        int pieces = reader.Int(reader.Remaining, "piece count");
        for (int i = 0; i < pieces; i++)
        {
            SequencePiece<T> piece = ReadPiece(ref reader, table, ref content);
            ReplicaId replica = _replicas[piece.Replica];
            Integrate(piece, mine.KnownUpTo(replica), theirs.KnownUpTo(replica));
        }

        int removals = reader.Int(reader.Remaining, "removal count");
        for (int i = 0; i < removals; i++)
        {
            ReadRemoval(ref reader, table);
        }

        reader.RequireEnd();
        if (!content.IsEmpty)
        {
            throw new CrdtFormatException($"A delta of a sequence has {content.Length} values too many.");
        }

        Prune();
    }

    // Parents that are removed here may have been dropped there: they travel too, up to the first live one.
    private void MarkDelta(long[] known)
    {
        foreach (Run run in _tree.Runs)
        {
            run.Mark = Nothing;
        }

        foreach (Run run in _tree.Runs)
        {
            int offset = KnownOf(run, known);
            if (offset == run.Length || run.State == RunState.Gone)
            {
                continue;
            }

            run.Mark = Math.Max(run.Mark, NewElements);
            Run at = offset > 0 ? run : run.Parent!;
            while (at != _root && at.State != RunState.Live && at.Mark != AllElements)
            {
                at.Mark = AllElements;
                at = at.Parent!;
            }
        }
    }

    private static int KnownOf(Run run, long[] known) =>
        (int)Math.Clamp(known[run.Replica] + 1 - run.Counter, 0, run.Length);

    private void WritePiece(ColumnWriter target, Run run, int offset, int[] table, List<T> values)
    {
        bool chained = offset > 0;
        bool isRoot = !chained && run.Parent == _root;
        int parentKind = isRoot ? 0 : !chained && run.IsLeft ? 2 : 1;
        target.Byte((byte)((int)run.State | (parentKind << RunHead.ParentShift)));
        target.Unsigned((ulong)table[run.Replica]);
        target.Unsigned((ulong)(run.Counter + offset));
        target.Unsigned((ulong)(run.Length - offset));
        if (chained)
        {
            target.Unsigned((ulong)table[run.Replica]);
            target.Unsigned((ulong)(run.Counter + offset - 1));
        }
        else if (!isRoot)
        {
            Run parent = run.Parent!;
            target.Unsigned((ulong)table[parent.Replica]);
            target.Unsigned((ulong)(run.IsLeft ? parent.Counter : parent.End - 1));
        }

        if (run.State == RunState.Live)
        {
            values.AddRange(ContentOf(run)[offset..]);
        }
        else if (run.State == RunState.Removed)
        {
            WriteStamp(target, StampOf(run).Skip(offset), table);
        }
    }

    private static void WriteStamp(ColumnWriter target, RemovalStamp stamp, int[] table)
    {
        target.Unsigned((ulong)table[stamp.Replica]);
        target.Unsigned((ulong)stamp.Counter);
        target.Byte((byte)(stamp.Step + 1));
    }

    private static bool WriteRemoval(ColumnWriter target, Run run, long[] known, int[] table)
    {
        int from = 0;
        int to = KnownOf(run, known);
        long seen = known[run.EventReplica];
        switch (run.EventStep)
        {
            case 0 when run.EventCounter <= seen:
                return false;
            case 1:
                from = (int)Math.Clamp(seen + 1 - run.EventCounter, 0, to);
                break;
            case -1:
                to = (int)Math.Clamp(run.EventCounter - seen, 0, to);
                break;
        }

        if (from >= to)
        {
            return false;
        }

        target.Unsigned((ulong)table[run.Replica]);
        target.Unsigned((ulong)(run.Counter + from));
        target.Unsigned((ulong)(to - from));
        WriteStamp(target, StampOf(run).Skip(from), table);
        return true;
    }
}
