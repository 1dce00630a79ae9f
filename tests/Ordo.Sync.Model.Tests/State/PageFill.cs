using Ordo.Sync.Model.Tests.Causality;

namespace Ordo.Sync.Model.Tests.State;

/// <summary>The fill of an empty scope, page by page; what is claimed at its end is the K of its first page.</summary>
internal sealed class PageFill(int senderSite, int senderIncarnation, Vector firstKnowledge, Vector firstForgotten)
{
    public int SenderSite { get; } = senderSite;

    public int SenderIncarnation { get; } = senderIncarnation;

    public Vector FirstKnowledge { get; } = firstKnowledge;

    public Vector FirstForgotten { get; } = firstForgotten;

    public int NextKey { get; set; }
}
