using Ordo.Sync.Causality;

namespace Ordo.Sync.Crdt;

/// <summary>
/// What a replica knows of one record: the causal context under which conflict-free states are joined. It is a vector (all
/// that a replica issued up to a counter is known), because a store's knowledge and its exceptions are vectors.
/// </summary>
/// <remarks>
/// An element that one side holds and the other does not survives a join iff the other side does not know its dot: a known
/// dot without an element is an element removed. So no type keeps tombstones for its elements or a clock of its own.
/// Source: Almeida, Shoker, Baquero: Delta State Replicated Data Types (2018), section 7.
/// </remarks>
public interface ICausalView
{
    /// <summary>The greatest counter n so that every dot of <paramref name="replica"/> from 1 to n is known; 0: none.</summary>
    long KnownUpTo(ReplicaId replica);

    /// <summary>Whether the dot (<paramref name="replica"/>, <paramref name="counter"/>) is known.</summary>
    bool Contains(ReplicaId replica, long counter) => counter <= KnownUpTo(replica);
}
