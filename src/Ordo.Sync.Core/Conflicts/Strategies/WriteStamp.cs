using Ordo.Sync.Causality;

namespace Ordo.Sync.Conflicts.Strategies;

/// <summary>The identity of a version about to be written.</summary>
/// <param name="Dot">Its dot, in local indexes.</param>
/// <param name="Version">The same dot in the form that means the same everywhere.</param>
/// <param name="Timestamp">Its hybrid timestamp.</param>
/// <param name="Author">Who writes it.</param>
public readonly record struct WriteStamp(Dot Dot, GlobalDot Version, HybridTimestamp Timestamp, string Author);
