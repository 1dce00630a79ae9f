using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Records;

namespace Ordo.Sync.Replication.Messages;

/// <summary>Compares fingerprints of consecutive key ranges: the answer names those in which the other side differs.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="Replica">The caller's incarnation.</param>
/// <param name="After">Where the first part begins; <see langword="null"/> at the first key.</param>
/// <param name="Parts">The parts, in key order, one behind the other.</param>
public sealed record ReconcileRequest(
    string Scope, ReplicaId Replica, RecordKey? After, ImmutableArray<RangePart> Parts)
{
    /// <summary>The generation of the scope that the caller is in; empty in the first.</summary>
    public ReplicaId Generation { get; init; }

    /// <summary>
    /// Whether the answering side shall set its stored digest to what its records give, where all parts cover everything and
    /// none differs. Needs the right to write.
    /// </summary>
    public bool Settles { get; init; }
}
