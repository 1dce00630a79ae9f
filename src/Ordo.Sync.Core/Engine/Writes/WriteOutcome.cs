namespace Ordo.Sync.Engine.Writes;

/// <summary>What became of a write at the hub.</summary>
public enum WriteOutcome
{
    /// <summary>It is the record's newest version, or was when it arrived.</summary>
    Accepted = 1,

    /// <summary>It met a concurrent version, and the collection's strategy reconciled them.</summary>
    Merged = 2,

    /// <summary>It stands beside a concurrent version until somebody resolves the conflict.</summary>
    Conflict = 3,

    /// <summary>It stands beside a concurrent version until an approver decides.</summary>
    AwaitingApproval = 4,

    /// <summary>The hub refused it; its content is in the inbox.</summary>
    Rejected = 5,
}
