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
}
