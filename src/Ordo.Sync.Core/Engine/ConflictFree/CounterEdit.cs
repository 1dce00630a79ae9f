using Ordo.Sync.Causality;
using Ordo.Sync.Crdt;

namespace Ordo.Sync.Engine.ConflictFree;

/// <summary>Edits of a counter, as part of a patch.</summary>
public sealed class CounterEdit
{
    private readonly EditTarget _target;

    internal CounterEdit(EditTarget target) => _target = target;

    /// <summary>Adds to it; 1 by default.</summary>
    public CounterEdit Increment(long by = 1)
    {
        _target.Add<Counter, long>(by, static (counter, context, by) => counter.Increment(context.Dots, by), first: Scalar.Of(by));
        return this;
    }

    /// <summary>Takes from it; 1 by default.</summary>
    public CounterEdit Decrement(long by = 1)
    {
        _target.Add<Counter, long>(by, static (counter, context, by) => counter.Decrement(context.Dots, by));
        return this;
    }

    /// <summary>
    /// Takes over the total of a replica that writes no more, so that its id can go; the value stays the same. What
    /// <see cref="Counter.Totals"/> of the record read (<c>ReadConflictFree</c>) lists may be named; where nothing is left of it, nothing
    /// happens. <b>Only</b> for a store that is gone for good and had synced all, and by one place alone: what such a store raised
    /// without syncing, or what two absorb at once, counts twice.
    /// </summary>
    /// <exception cref="OverflowException">When the write is made: the sum of two totals does not fit 64 bits.</exception>
    public CounterEdit Absorb(ReplicaId retired)
    {
        _target.Add<Counter, ReplicaId>(
            retired, static (counter, context, retired) => counter.Absorb(context.Dots, retired));
        return this;
    }
}
