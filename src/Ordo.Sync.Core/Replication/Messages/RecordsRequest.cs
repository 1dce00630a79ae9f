using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Records;

namespace Ordo.Sync.Replication.Messages;

/// <summary>Asks for the records of key ranges, whole, whatever the caller knows of them.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="Replica">The caller's incarnation.</param>
/// <param name="Ranges">The ranges, in key order, none overlapping another.</param>
/// <param name="BytesMax">The bytes the answer should have at most.</param>
public sealed record RecordsRequest(
    string Scope, ReplicaId Replica, ImmutableArray<KeyRange> Ranges, int BytesMax)
{
    /// <summary>The generation of the scope that the caller is in; empty in the first.</summary>
    public ReplicaId Generation { get; init; }
}
