using Ordo.Sync.Causality;

namespace Ordo.Sync.Conflicts.Notes;

/// <summary>A version that a hub refused: noted with the version that the hub put over it.</summary>
/// <param name="Version">The refused version.</param>
/// <param name="Rejection">Why.</param>
public sealed record RejectedVersion(GlobalDot Version, Rejection Rejection);
