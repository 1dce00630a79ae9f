using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Faster.State;

/// <summary>What few records need in memory beyond their slot.</summary>
/// <param name="Dots">The dots of all versions where there are several; empty otherwise.</param>
/// <param name="Values">The values of the collection's indexes; empty where it has none or the record is not live.</param>
internal sealed record SlotDetail(ImmutableArray<Dot> Dots, ImmutableArray<IndexValue> Values);
