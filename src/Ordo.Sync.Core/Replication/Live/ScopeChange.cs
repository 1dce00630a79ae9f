using Ordo.Sync.Causality;

namespace Ordo.Sync.Replication.Live;

/// <summary>A scope (or a lane of one) changed at a replica.</summary>
/// <param name="Scope">Its name.</param>
/// <param name="Origin">Who brought the change; empty where that is not known.</param>
public readonly record struct ScopeChange(string Scope, ReplicaId Origin);
