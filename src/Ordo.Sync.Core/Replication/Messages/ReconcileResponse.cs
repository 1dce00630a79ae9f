using System.Collections.Immutable;
using Ordo.Sync.Causality;

namespace Ordo.Sync.Replication.Messages;

/// <summary>The answer to <see cref="ReconcileRequest"/>, read from the records themselves in one snapshot.</summary>
/// <param name="Replica">The answering incarnation.</param>
/// <param name="UnixMilliseconds">Its clock.</param>
/// <param name="StateHash">The hash of its knowledge and forgotten vector.</param>
/// <param name="Digest">The digest that it keeps of the scope.</param>
/// <param name="ComparedCount">The parts that were compared; less than asked for where that had meant too much reading.</param>
/// <param name="Differences">The parts among them in which it holds something else.</param>
public sealed record ReconcileResponse(
    ReplicaId Replica,
    long UnixMilliseconds,
    UInt128 StateHash,
    UInt128 Digest,
    int ComparedCount,
    ImmutableArray<PartDifference> Differences)
{
    /// <summary>Whether its stored digest did not belong to its records, and was set to what they give.</summary>
    public bool IsSettled { get; init; }
}
