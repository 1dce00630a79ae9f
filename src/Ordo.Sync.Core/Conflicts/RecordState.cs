namespace Ordo.Sync.Conflicts;

/// <summary>How a record stands, for a reader.</summary>
public enum RecordState
{
    /// <summary>One version, or siblings that the strategy reconciles by itself.</summary>
    Current,

    /// <summary>Concurrent versions stand beside each other; the value shown is provisional.</summary>
    Conflicted,

    /// <summary>Concurrent versions await an approver's decision; the value shown is provisional.</summary>
    AwaitingApproval,
}
