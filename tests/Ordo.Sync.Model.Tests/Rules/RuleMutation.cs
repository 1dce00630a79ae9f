namespace Ordo.Sync.Model.Tests.Rules;

/// <summary>
/// One rule taken away or done wrong. Each must be caught by the oracle, or be listed in the README as not caught.
/// </summary>
public enum RuleMutation
{
    None,

    // Writing.
    StaleSaveOverwritesAll,
    ClockIgnoresOverwritten,
    ClockIgnoresBatches,
    ClockIsPhysical,

    // Reading a batch.
    SendOnlyNewSiblings,
    OmitNeededValue,
    DeltaDespiteForgotten,

    // Applying a batch.
    LearnFromInterruptedBatch,
    SkipBaseCheck,
    SkipValueCheck,
    AcceptSenderBehind,
    RefuseEverySenderBehind,
    KeepDominatedVersions,
    AcceptSupersededVersions,
    TieKeepsLocal,
    CollapseEqualSiblings,
    AbsenceIsIgnored,
    AbsenceDropsUnsynced,
    ForgottenIsNotLearned,
    ForgottenOnlyFromComplete,
    NoRestamp,
    RestampOnlyWhatSenderLacks,

    // Large transfers.
    ClaimAtEveryFillPage,
    ClaimLastFillPage,
    FillSurvivesSenderRestore,
    FillSurvivesForgetting,
    FillRestartsWhenVoid,
    FillRestampsNothing,
    FillRestampsOwn,
    FillWaitsForItsSender,
    ExceptionsTravel,
    ExceptionsTravelUnsent,
    ExceptionsTravelUnstored,
    TransferSurvivesResubscribe,
    ClaimAtEveryStagedPage,
    StagedWithoutDelta,
    StagedSurvivesSenderRestore,
    StagedSurvivesForgetting,
    StagedSurvivesForgettingOfTheKnown,

    // Deletes.
    CollectWithoutForgotten,
    FollowBeyondForgotten,
    CollectAmongSiblings,
    CollectRecordWithSiblings,
    CollectUnderException,
    CollectIgnoresSubscribers,

    // Identity and subscriptions.
    SameIncarnationAfterRestore,
    SameIncarnationAfterResubscribe,
    KeepKnowledgeOfDroppedScope,
    UnsubscribeWithoutHub,
    OneKnowledgeForAllScopes,

    // Generations.
    IgnoresGenerations,
    RenamesWithoutKnowing,
    OnlyFoldedMustBeKnown,
    TellsTheLatest,
    RenamesItsUnsynced,
    FoldsOutOfOrder,
    FoldsWithoutOffsets,
    CarriesOverForgotten,
    FormerForgottenStands,
    FormerForgottenIsLost,
    EntersWithOwnWrites,
    HubBelowEntersAtOnce,
    RefusesLaterGenerationBehind,
    TransfersSurviveCompaction,
    FillSurvivesCompaction,
}
