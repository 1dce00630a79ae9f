using Ordo.Sync.Causality;
using Ordo.Sync.Crdt;

namespace Ordo.Sync.Engine.ConflictFree;

/// <summary>What an edit of conflict-free state takes from the write that carries it out.</summary>
/// <param name="Dots">Where new elements get their dots.</param>
/// <param name="Timestamp">The write's timestamp.</param>
internal readonly record struct EditContext(IDotSource Dots, HybridTimestamp Timestamp);
