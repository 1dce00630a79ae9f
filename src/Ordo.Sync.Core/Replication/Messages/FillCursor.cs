using Ordo.Sync.Causality;
using Ordo.Sync.Records;

namespace Ordo.Sync.Replication.Messages;

/// <summary>Where the first transfer of a scope in key order goes on.</summary>
/// <param name="After">The last key received; <see langword="null"/> at the beginning.</param>
/// <param name="Sender">The sender's incarnation at the first page; empty at the beginning. Another one voids the fill.</param>
public sealed record FillCursor(RecordKey? After, ReplicaId Sender);
