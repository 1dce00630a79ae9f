using Ordo.Sync.Causality;

namespace Ordo.Sync.Crdt;

/// <summary>
/// Where a write gets the dots of the elements it adds: runs of consecutive counters of one replica, none issued twice.
/// An editing method takes what it needs, in one call; the store adds all it issued to its knowledge when it commits.
/// </summary>
public interface IDotSource
{
    /// <summary>The incarnation that writes.</summary>
    ReplicaId Replica { get; }

    /// <summary>Takes <paramref name="count"/> (from 1 on) consecutive counters and returns the first.</summary>
    long Take(int count);
}
