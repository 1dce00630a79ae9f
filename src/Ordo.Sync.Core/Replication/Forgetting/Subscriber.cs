using Ordo.Sync.Causality;

namespace Ordo.Sync.Replication.Forgetting;

/// <summary>A replica that takes part in a scope.</summary>
/// <param name="Replica">Its incarnation.</param>
/// <param name="Knowledge">What it last showed to know of the scope.</param>
/// <param name="SeenAt">When that was.</param>
public sealed record Subscriber(ReplicaId Replica, GlobalVector Knowledge, DateTimeOffset SeenAt);
