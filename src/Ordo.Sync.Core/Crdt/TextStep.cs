using Ordo.Sync.Causality;

namespace Ordo.Sync.Crdt;

/// <summary>One edit of a <see cref="TextHistory"/>.</summary>
/// <param name="Index">Where it was made.</param>
/// <param name="Runs">The dots of the characters it inserted or deleted.</param>
/// <param name="Deleted">The characters it deleted; null: it inserted.</param>
internal sealed record TextStep(int Index, (GlobalDot First, int Length)[] Runs, string? Deleted);
