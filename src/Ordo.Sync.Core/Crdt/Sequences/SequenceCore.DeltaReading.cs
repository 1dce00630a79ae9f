using Ordo.Sync.Causality;

namespace Ordo.Sync.Crdt.Sequences;

// Reading a delta's pieces and removals; nothing is believed.
internal sealed partial class SequenceCore<T>
{
    private SequencePiece<T> ReadPiece(
        ref ColumnReader reader, IReadOnlyList<ReplicaId> table, ref ReadOnlyMemory<T> content)
    {
        int head = reader.Byte();
        var state = (RunState)(head & RunHead.StateMask);
        int parentKind = head >> RunHead.ParentShift;
        if (state > RunState.Gone || parentKind > 2)
        {
            throw new CrdtFormatException($"A piece of a sequence begins with {head:x2}, which this version does not know.");
        }

        int replica = ReadReplica(ref reader, table);
        long counter = ReadCounter(ref reader);
        int length = ReadLength(ref reader, counter);
        int parentReplica = parentKind == 0 ? -1 : ReadReplica(ref reader, table);
        long parentCounter = parentKind == 0 ? 0 : ReadCounter(ref reader);
        ReadOnlyMemory<T> values = default;
        if (state == RunState.Live)
        {
            if (length > content.Length)
            {
                throw new CrdtFormatException("A delta of a sequence has fewer values than live elements.");
            }

            values = content[..length];
            content = content[length..];
        }

        return new SequencePiece<T>
        {
            Replica = replica,
            Counter = counter,
            Length = length,
            ParentReplica = parentReplica,
            ParentCounter = parentCounter,
            IsLeft = parentKind == 2,
            State = state,
            Stamp = state == RunState.Removed ? ReadStamp(ref reader, table, length) : default,
            Content = values,
        };
    }

    private void ReadRemoval(ref ColumnReader reader, IReadOnlyList<ReplicaId> table)
    {
        int replica = ReadReplica(ref reader, table);
        long counter = ReadCounter(ref reader);
        long end = counter + ReadLength(ref reader, counter);
        RemovalStamp stamp = ReadStamp(ref reader, table, (int)(end - counter));
        RunIndex index = _indexes[replica];
        for (long at = counter; at < end;)
        {
            if (index.Find(at) is { } run)
            {
                int part = (int)(Math.Min(end, run.End) - at);
                Combine(run, (int)(at - run.Counter), part, RunState.Removed, stamp.Skip((int)(at - counter)));
                at += part;
            }
            else
            {
                // Gone already: this replica knows the removal and that all others do.
                at = index.FindAfter(at)?.Counter ?? end;
            }
        }
    }

    private int ReadReplica(ref ColumnReader reader, IReadOnlyList<ReplicaId> table) =>
        Intern(table[reader.Int(table.Count - 1, "replica index")]);

    private static long ReadCounter(ref ColumnReader reader) => Sum(0, (long)Math.Min(reader.Unsigned(), long.MaxValue));

    private static int ReadLength(ref ColumnReader reader, long counter)
    {
        int length = reader.Int(Math.Min(int.MaxValue, Dot.CounterMax - counter + 1), "run length");
        return length > 0 ? length : throw new CrdtFormatException("A run of a sequence has no elements.");
    }

    private RemovalStamp ReadStamp(ref ColumnReader reader, IReadOnlyList<ReplicaId> table, int length)
    {
        int replica = ReadReplica(ref reader, table);
        long counter = ReadCounter(ref reader);
        int step = reader.Byte() - 1;
        if (step > 1 || (length == 1 && step != 0))
        {
            step = length == 1 ? 0 : throw new CrdtFormatException("The step of a removal is not −1, 0 or 1.");
        }

        Sum(counter, (long)step * (length - 1));
        return new RemovalStamp(replica, counter, step);
    }
}
