using Ordo.Sync.Model.Tests.Schedules;
using static Ordo.Sync.Model.Tests.Rules.MutationCase;
using static Ordo.Sync.Model.Tests.Rules.RuleMutation;

namespace Ordo.Sync.Model.Tests.Rules;

/// <summary>Which mutations the model catches, and where; and which it does not, and why.</summary>
internal static class MutationCatalog
{
    public static readonly IReadOnlyDictionary<RuleMutation, string> NotCaught =
        new SortedDictionary<RuleMutation, string>
        {
            [ClockIgnoresOverwritten] =
                "Redundant: the clock takes up the timestamp of every batch, so it is never below what is stored.",
            [CollectAmongSiblings] =
                "No live version is lost by it: only the tombstone is gone, and with it the sight of the conflict.",
            [OnlyFoldedMustBeKnown] =
                "Redundant for plain records: what is not folded keeps its names. Conflict-free elements need it.",
            [FoldsOutOfOrder] =
                "Redundant for who wins: whoever is in the generation has compared the folded before. Siblings are sorted by it.",
            [TransfersSurviveCompaction] =
                "Redundant: what is translated says the same, and a batch in the names of another generation is refused.",
            [CollectIgnoresSubscribers] =
                "Safety does not rest on it: who missed a collected tombstone gets a complete transfer.",
        };

    public static readonly IReadOnlyDictionary<RuleMutation, MutationCase> Caught =
        new SortedDictionary<RuleMutation, MutationCase>
        {
            [StaleSaveOverwritesAll] = Common(),
            [ClockIgnoresBatches] = Rare("Forgetting", foundAt: 109_961),
            [ClockIsPhysical] = Common(),
            [SendOnlyNewSiblings] = Common(),
            [OmitNeededValue] = Common(),
            [DeltaDespiteForgotten] = Common(),
            [LearnFromInterruptedBatch] = Common(),
            [SkipBaseCheck] = Common(),
            [SkipValueCheck] = Rare("Delaying", foundAt: 89_764),
            [AcceptSenderBehind] = Common("BothBehind"),
            [RefuseEverySenderBehind] = Rare("BothBehind", foundAt: 52_237),
            [KeepDominatedVersions] = Common(),
            [AcceptSupersededVersions] = Common(),
            [TieKeepsLocal] = Common(),
            [CollapseEqualSiblings] = Common(),
            [AbsenceIsIgnored] = Common(),
            [AbsenceDropsUnsynced] = Common(),
            [ForgottenIsNotLearned] = Rare("Forgetting", foundAt: 41_874),
            [ForgottenOnlyFromComplete] = ByHand(HandMadeSchedules.TombstoneMergedAway, "Forgetting"),
            [NoRestamp] = Common("BothBehind"),
            [RestampOnlyWhatSenderLacks] = ByHand(HandMadeSchedules.BothBehind, "BothBehind"),
            [ClaimAtEveryFillPage] = Common(),
            [ClaimLastFillPage] = Common(),
            [FillSurvivesSenderRestore] = Common("FillingLate"),
            [FillSurvivesForgetting] = ByHand(HandMadeSchedules.ForgottenBetweenPages, "FillingLate"),
            [FillRestartsWhenVoid] = Common("FillingLate"),
            [FillRestampsNothing] = Rare("FillingLate", foundAt: 191_915),
            [FillRestampsOwn] = Rare("FillingLate", foundAt: 912_747_535),
            [FillWaitsForItsSender] = Rare("FillingLate", foundAt: 800_396_514),
            [ExceptionsTravel] = ByHand(HandMadeSchedules.ExceptionLeftBehind, "FillingLate"),
            [ExceptionsTravelUnsent] = Common(),
            [ExceptionsTravelUnstored] = Common(),
            [TransferSurvivesResubscribe] = ByHand(HandMadeSchedules.ResubscribedBetweenPages, "Transferring"),
            [ClaimAtEveryStagedPage] = Common(),
            [StagedWithoutDelta] = Common(),
            [StagedSurvivesSenderRestore] = Rare("Forking", foundAt: 39_541),
            [StagedSurvivesForgetting] = Rare("Forking", foundAt: 78_306),
            [StagedSurvivesForgettingOfTheKnown] = ByHand(HandMadeSchedules.KnownTombstoneCollectedBetweenPages, "Forking"),
            [CollectWithoutForgotten] = Common(),
            [FollowBeyondForgotten] = Common(),
            [CollectRecordWithSiblings] = Common(),
            [CollectUnderException] = Rare("Forking", foundAt: 18_764),
            [SameIncarnationAfterRestore] = Common(),
            [SameIncarnationAfterResubscribe] = Common(),
            [KeepKnowledgeOfDroppedScope] = Common(),
            [UnsubscribeWithoutHub] = Common(),
            [OneKnowledgeForAllScopes] = Common(),
            [IgnoresGenerations] = Common("Compacting"),
            [RenamesWithoutKnowing] = Common("Compacting"),
            [TellsTheLatest] = Common("Compacting"),
            [RenamesItsUnsynced] = Common("Compacting"),
            [FoldsWithoutOffsets] = Common("Compacting"),
            [CarriesOverForgotten] = Common("CompactingLate"),
            [FormerForgottenStands] = ByHand(HandMadeSchedules.ForgottenInGeneration, "CompactingLate"),
            [FormerForgottenIsLost] = ByHand(HandMadeSchedules.ForgottenBeforeGeneration, "CompactingLate"),
            [EntersWithOwnWrites] = Common("Compacting"),
            [HubBelowEntersAtOnce] = Common("CompactingBelow"),
            [RefusesLaterGenerationBehind] = Rare("CompactingLate", foundAt: 1_495_690),
            [FillSurvivesCompaction] = Common("CompactingLate"),
        };
}
