using Ordo.Sync.Causality;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Engine.Sessions;

/// <summary>A peer that has answered a hello.</summary>
/// <param name="Transport">The way to it.</param>
/// <param name="Replica">Its incarnation.</param>
/// <param name="PageBytesMax">The bytes a page to or from it should have at most.</param>
public sealed record SessionPeer(ISyncTransport Transport, ReplicaId Replica, int PageBytesMax);
