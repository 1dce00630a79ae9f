using Ordo.Sync.Conflicts.History;
using Ordo.Sync.Conflicts.Notes;

namespace Ordo.Sync.Replication.Outcomes;

/// <summary>A version of this device that a hub refused.</summary>
/// <param name="Content">What was written.</param>
/// <param name="Rejection">Why it was refused.</param>
public sealed record RejectedWrite(HistoryEntry Content, Rejection Rejection);
