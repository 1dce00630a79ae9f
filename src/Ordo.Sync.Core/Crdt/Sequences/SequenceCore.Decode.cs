using Ordo.Sync.Causality;

namespace Ordo.Sync.Crdt.Sequences;

// Reading the columns back: nothing is believed. The runs must be the in-order walk of the tree that they describe.
internal sealed partial class SequenceCore<T>
{
    /// <summary>Reads a structure and gives its live elements the values of <paramref name="content"/>, in order.</summary>
    /// <exception cref="CrdtFormatException">The structure is malformed, or does not have as many live elements.</exception>
    public static SequenceCore<T> Decode(
        ReadOnlySpan<byte> structure, T[] content, IReadOnlyList<ReplicaId> table, CrdtLimits limits)
    {
        var core = new SequenceCore<T> { _content = content, _contentCount = content.Length };
        var reader = new ColumnReader(structure);
        core.ReadReplicas(ref reader, table);
        int count = reader.Int(Math.Min(reader.Remaining, limits.RunsMax), "run count");
        Run[] runs = core.ReadRuns(ref reader, count);
        core.Link(runs);
        core._tree.Load(runs);
        if (core.Length != content.Length)
        {
            throw new CrdtFormatException(
                $"A sequence has {core.Length} live elements and {content.Length} values.");
        }

        core.LoadIndexes(runs);
        return core;
    }

    private void ReadReplicas(ref ColumnReader reader, IReadOnlyList<ReplicaId> table)
    {
        int count = reader.Int(Math.Min(reader.Remaining, table.Count), "replica count");
        for (int i = 0; i < count; i++)
        {
            int before = _replicas.Count;
            Intern(table[reader.Int(table.Count - 1, "replica index")]);
            if (_replicas.Count == before)
            {
                throw new CrdtFormatException("A sequence names a replica twice.");
            }
        }
    }

    private Run[] ReadRuns(ref ColumnReader reader, int count)
    {
        ColumnReader heads = reader.Column();
        ColumnReader lengths = reader.Column();
        ColumnReader replicas = reader.Column();
        ColumnReader counters = reader.Column();
        ColumnReader parents = reader.Column();
        ColumnReader events = reader.Column();
        reader.RequireEnd();
        if (heads.Remaining != count)
        {
            throw new CrdtFormatException($"A sequence of {count} runs has {heads.Remaining} heads.");
        }

        var runs = new Run[count];
        var next = new long[_replicas.Count];
        Array.Fill(next, 1);
        var nextEvent = new long[_replicas.Count];
        int replica = -1;
        long live = 0;
        for (int i = 0; i < count; i++)
        {
            int head = heads.Byte();
            if (head > 0x7F || (head & RunHead.StateMask) > (int)RunState.Gone)
            {
                throw new CrdtFormatException($"A run of a sequence begins with {head:x2}, which this version does not know.");
            }

            var run = new Run { State = (RunState)(head & RunHead.StateMask), Mark = ReadParent(ref parents, head, i) };
            run.Length = (head & RunHead.LengthIsOne) != 0 ? 1 : lengths.Int(int.MaxValue, "run length");
            if ((head & RunHead.ReplicaIsSame) == 0)
            {
                replica = replicas.Int(_replicas.Count - 1, "replica");
            }

            RequireReplica(replica);
            run.Replica = replica;
            run.IsLeft = run.Mark > i;
            run.Counter = Sum(next[replica], (head & RunHead.CounterIsNext) != 0 ? 0 : counters.Signed());
            if (run.Length < 1 || run.End - 1 > Dot.CounterMax)
            {
                throw new CrdtFormatException($"A run of {run.Length} elements from counter {run.Counter} on cannot be.");
            }

            next[replica] = run.End;
            if (run.State == RunState.Removed)
            {
                ReadEvent(ref events, run, nextEvent);
            }

            run.Content = (int)live;
            live += run.VisibleLength;
            if (live > _contentCount)
            {
                throw new CrdtFormatException($"A sequence has more live elements than its {_contentCount} values.");
            }

            runs[i] = run;
        }

        lengths.RequireEnd();
        replicas.RequireEnd();
        counters.RequireEnd();
        parents.RequireEnd();
        events.RequireEnd();
        return runs;
    }

    private static void RequireReplica(int replica)
    {
        if (replica < 0)
        {
            throw new CrdtFormatException("The first run of a sequence names no replica.");
        }
    }

    private static int ReadParent(ref ColumnReader parents, int head, int at)
    {
        int kind = (head >> RunHead.ParentShift) & RunHead.ParentMask;
        int distance = kind is RunHead.RightOfPrevious or RunHead.LeftOfNext ? 1 : parents.Int(int.MaxValue - 2, "parent") + 2;
        bool isLeft = kind is RunHead.LeftOfNext or RunHead.LeftOfLater;
        return (int)Math.Clamp(isLeft ? (long)at + distance : (long)at - distance, -2, int.MaxValue);
    }

    private void ReadEvent(ref ColumnReader events, Run run, long[] next)
    {
        run.EventReplica = events.Int(_replicas.Count - 1, "removing replica");
        ulong packed = events.Unsigned();
        ulong zigzag = packed / 3;
        long counter = Sum(next[run.EventReplica], (long)(zigzag >> 1) ^ -(long)(zigzag & 1));
        run.EventCounter = counter;
        run.EventStep = (sbyte)((int)(packed % 3) - 1);
        Sum(counter, (long)run.EventStep * (run.Length - 1));
        if (run.Length == 1 && run.EventStep != 0)
        {
            throw new CrdtFormatException("The removal of one element has a step.");
        }

        next[run.EventReplica] = counter;
    }

    private static long Sum(long counter, long difference)
    {
        long sum = unchecked(counter + difference);
        return sum is >= 1 and <= Dot.CounterMax
            ? sum
            : throw new CrdtFormatException($"A counter of a sequence is {sum}; they are from 1 to {Dot.CounterMax}.");
    }
}
