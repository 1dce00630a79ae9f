using Ordo.Sync.Model.Tests.Causality;

namespace Ordo.Sync.Model.Tests.State;

/// <summary>
/// A staged transfer at its receiver. It reads in rounds: the first reads what Kreq does not cover (everything, if
/// complete), each next what changed since the previous round began. The round that fits one page ends the transfer.
/// </summary>
internal sealed class StagedTransfer(int senderSite, int senderIncarnation, Vector requested, bool complete, int keys)
{
    public int SenderSite { get; } = senderSite;

    public int SenderIncarnation { get; } = senderIncarnation;

    public Vector Requested { get; } = requested;

    public bool Complete { get; } = complete;

    public BatchItem?[] Inbox { get; } = new BatchItem?[keys];

    /// <summary>What this round need not send again; null in the first round of a complete transfer.</summary>
    public Vector? Known { get; set; } = complete ? null : requested;

    /// <summary>The sender's K when the very first page was read.</summary>
    public Vector? FirstKnowledge { get; set; }

    /// <summary>The sender's F when the very first page was read.</summary>
    public Vector? FirstForgotten { get; set; }

    /// <summary>The generation of the receiver, whose names the pages use.</summary>
    public Generation? Generation { get; init; }

    /// <summary>The generation of the sender when the transfer began.</summary>
    public Generation? SenderGeneration { get; init; }

    public Vector RoundStart { get; set; } = Vector.Empty;

    public int PagesInRound { get; set; }

    public int NextKey { get; set; }
}
