using System.Collections.Immutable;
using Ordo.Sync.Causality;

namespace Ordo.Sync.Replication.Messages;

/// <summary>Asks to be told when scopes change.</summary>
/// <param name="Replicas">The caller's own replicas, whose changes it need not be told.</param>
/// <param name="Scopes">The scopes.</param>
public sealed record ListenRequest(ImmutableArray<ReplicaId> Replicas, ImmutableArray<string> Scopes);
