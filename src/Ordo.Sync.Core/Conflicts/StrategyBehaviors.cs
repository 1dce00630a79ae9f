namespace Ordo.Sync.Conflicts;

/// <summary>The behaviours by strategy.</summary>
public static class StrategyBehaviors
{
    private static readonly LastWriteWinsBehavior LastWriteWins = new();
    private static readonly KeepSiblingsBehavior Siblings = new(RecordState.Conflicted);
    private static readonly KeepSiblingsBehavior Approval = new(RecordState.AwaitingApproval);

    /// <summary>The behaviour of a strategy; siblings are kept under one that this version does not know.</summary>
    public static StrategyBehavior For(ConflictStrategy strategy) => strategy switch
    {
        ConflictStrategy.LastWriteWins => LastWriteWins,
        ConflictStrategy.AcademicRecord => Approval,
        _ => Siblings,
    };
}
