using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;

namespace Ordo.Sync.Replication.Messages;

/// <summary>The answer to a hello.</summary>
/// <param name="Version">The protocol version both will speak.</param>
/// <param name="Replica">The peer's incarnation.</param>
/// <param name="UnixMilliseconds">The peer's clock.</param>
/// <param name="PageBytesMax">The largest page the peer takes, in bytes.</param>
/// <param name="PayloadBytesMax">The largest payload the peer takes, in bytes.</param>
/// <param name="Mismatches">The collections that the peer knows with another strategy, as the peer knows them.</param>
public sealed record HelloResponse(
    int Version,
    ReplicaId Replica,
    long UnixMilliseconds,
    int PageBytesMax,
    int PayloadBytesMax,
    ImmutableArray<CollectionDescriptor> Mismatches);
