using Ordo.Sync.Causality;
using Ordo.Sync.Crdt;

namespace Ordo.Sync.Replication.ConflictFree;

/// <summary>What a replica knows of a record, by replica ids: the context its conflict-free state is joined under.</summary>
/// <param name="replicas">The table of local indexes.</param>
/// <param name="context">K(o) in these indexes.</param>
/// <param name="mayBring">
/// Whose elements may be new; those of other replicas count as known and removed, so that a join leaves them out.
/// <see langword="null"/> for all.
/// </param>
internal sealed class ContextView(ReplicaTable replicas, CausalContext context, Func<int, bool>? mayBring = null) : ICausalView
{
    /// <summary>Whether it is of this context: vectors are immutable, and most records of a page share one.</summary>
    public bool Shows(CausalContext other) =>
        ReferenceEquals(context.Knowledge, other.Knowledge) && ReferenceEquals(context.Exception, other.Exception);

    // Asked for each document that comes: not by way of the interface.
    public bool Contains(ReplicaId replica, long counter) => counter <= KnownUpTo(replica);

    public long KnownUpTo(ReplicaId replica)
    {
        int index = replicas.IndexOf(replica);
        if (mayBring is not null && (index < 0 || !mayBring(index)))
        {
            return Dot.CounterMax;
        }

        return index < 0 ? 0 : Math.Max(context.Knowledge[index], context.Exception?[index] ?? 0);
    }
}
