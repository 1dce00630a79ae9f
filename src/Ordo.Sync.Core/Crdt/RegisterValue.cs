using Ordo.Sync.Causality;

namespace Ordo.Sync.Crdt;

/// <summary>One of the values that stand in a register at the same time.</summary>
/// <param name="Dot">The dot of the write.</param>
/// <param name="Timestamp">When it was written.</param>
/// <param name="Value">What was written.</param>
public readonly record struct RegisterValue(GlobalDot Dot, HybridTimestamp Timestamp, Scalar Value);
