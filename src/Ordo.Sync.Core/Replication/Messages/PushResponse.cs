using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Replication.Outcomes;

namespace Ordo.Sync.Replication.Messages;

/// <summary>The answer to a push.</summary>
/// <param name="Status">How it was answered.</param>
/// <param name="Replica">The receiver's incarnation.</param>
/// <param name="UnixMilliseconds">The receiver's clock.</param>
/// <param name="Knowledge">What the receiver knows of the scope now: the acknowledgement.</param>
public sealed record PushResponse(PushStatus Status, ReplicaId Replica, long UnixMilliseconds, GlobalVector Knowledge)
{
    /// <summary>The receiver's forgotten vector.</summary>
    public GlobalVector Forgotten { get; init; } = GlobalVector.Empty;

    /// <summary>The receiver's digest of the scope now.</summary>
    public UInt128 Digest { get; init; }

    /// <summary>The link of the lease chain that the receiver holds for the sender now; zero for none.</summary>
    public UInt128 Lease { get; init; }

    /// <summary>What became of versions that were not simply accepted: they met a concurrent one, or were refused.</summary>
    public ImmutableArray<OutcomeEntry> Outcomes { get; init; } = [];
}
