using Ordo.Sync.Causality;

namespace Ordo.Sync.Crdt.Encoding;

/// <summary>An element: its dot and its value.</summary>
/// <param name="Dot">The dot that the write which added it took.</param>
/// <param name="Value">The value; the default where <paramref name="IsKnown"/>.</param>
/// <param name="IsKnown">In a delta: the receiver has the value, or removed it.</param>
internal readonly record struct DotEntry<T>(GlobalDot Dot, T Value, bool IsKnown = false);
