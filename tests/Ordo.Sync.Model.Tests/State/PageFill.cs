using System.Collections.Immutable;
using Ordo.Sync.Model.Tests.Causality;

namespace Ordo.Sync.Model.Tests.State;

/// <summary>The fill of an empty scope, page by page; what is claimed at its end is the K of its first page.</summary>
internal sealed record PageFill(int SenderSite, int SenderIncarnation, Vector FirstKnowledge, Vector FirstForgotten)
{
    public int NextKey { get; init; }

    /// <summary>
    /// Whether all pages are here and K is claimed; the fill ends when the last exception is dominated.
    /// </summary>
    public bool IsClaimed { get; init; }

    /// <summary>
    /// The dots written here since the fill began; nobody else has them, because a filling scope answers no pull.
    /// </summary>
    public ImmutableList<Dot> Unsent { get; init; } = [];
}
