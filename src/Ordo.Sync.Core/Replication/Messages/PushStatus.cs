namespace Ordo.Sync.Replication.Messages;

/// <summary>How a push was answered.</summary>
public enum PushStatus
{
    /// <summary>Applied and durable.</summary>
    Applied = 1,

    /// <summary>Kept in the inbox; more pages are to come.</summary>
    Staged = 2,

    /// <summary>The page builds on knowledge that the receiver does not have: send again from what it names.</summary>
    BaseMissing = 3,

    /// <summary>The sender has missed deletes that the receiver has collected: pull first.</summary>
    SenderBehind = 4,

    /// <summary>A page of the transfer is missing in the inbox: begin anew.</summary>
    Void = 5,

    /// <summary>A version's timestamp is too far ahead of the receiver's clock: correct the clock, restamp, push again.</summary>
    ClockSkew = 6,

    /// <summary>
    /// The lease is not the one that the receiver holds: the answer to an earlier push was lost, or another copy of the sender's
    /// store has pushed. The answer's lease tells the sender which.
    /// </summary>
    LeaseUnknown = 7,

    /// <summary>The page is of an earlier generation of the scope; nothing was applied: pull first.</summary>
    GenerationEnded = 8,
}
