using Ordo.Sync.Causality;

namespace Ordo.Sync.Conflicts;

/// <summary>The identity of a version about to be written.</summary>
/// <param name="Dot">Its dot.</param>
/// <param name="Timestamp">Its hybrid timestamp.</param>
/// <param name="Author">Who writes it.</param>
public readonly record struct WriteStamp(Dot Dot, HybridTimestamp Timestamp, string Author);
