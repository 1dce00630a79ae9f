using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;

namespace Ordo.Sync.Replication.Messages;

/// <summary>The first message of a replica to a peer: who it is, which versions it speaks, what its collections are.</summary>
/// <param name="VersionMin">The oldest protocol version it speaks.</param>
/// <param name="VersionMax">The newest protocol version it speaks.</param>
/// <param name="Replica">Its incarnation; the peer registers it to the caller's principal.</param>
/// <param name="Collections">The collections it declares.</param>
public sealed record HelloRequest(
    int VersionMin, int VersionMax, ReplicaId Replica, ImmutableArray<CollectionDescriptor> Collections);
