namespace Ordo.Sync.Conflicts.Strategies;

/// <summary>The behaviours by strategy, as far as they need nothing of the app's.</summary>
public static class StrategyBehaviors
{
    private static readonly LastWriteWinsBehavior LastWriteWins = new();
    private static readonly AcademicRecordBehavior Academic = new();
    private static readonly MergeFieldsBehavior Merging = new(MergeFieldsBehavior.LostValuesDefault);
    private static readonly ManualInterventionBehavior Manual = new();
    private static readonly KeepSiblingsBehavior Siblings = new(RecordState.Conflicted);

    /// <summary>The behaviour of a strategy; siblings are kept under one that this version does not know.</summary>
    public static StrategyBehavior For(ConflictStrategy strategy) => strategy switch
    {
        ConflictStrategy.LastWriteWins => LastWriteWins,
        ConflictStrategy.AcademicRecord => Academic,
        ConflictStrategy.MergePreservingHistory => Merging,
        ConflictStrategy.ManualIntervention => Manual,
        _ => Siblings,
    };
}
