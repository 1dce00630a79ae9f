using System.Collections.Immutable;
using Ordo.Sync.Causality;

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

    /// <summary>The versions that met a concurrent one when they were applied.</summary>
    public ImmutableArray<GlobalDot> Conflicts { get; init; } = [];
}
