using Ordo.Sync.Simulation.Tests.Plans;

namespace Ordo.Sync.Simulation.Tests.Campaigns;

/// <summary>Which planted faults the simulator catches, and the first seed that does; and which it does not.</summary>
internal static class MutantCatalog
{
    /// <summary>By fault, the seed that caught it first, counted from 1; for one of them, a seed of the regression corpus.</summary>
    public static IReadOnlyDictionary<string, ulong> Caught { get; } = new SortedDictionary<string, ulong>(StringComparer.Ordinal)
    {
        ["AbsenceIsNothing"] = 23,
        ["AcknowledgesBeforeFlush"] = 6,
        ["AcknowledgesFailedFlush"] = 9,
        ["AnybodyDecides"] = 97,
        ["AsksTwice"] = 1,
        ["ClaimsAtEveryFillPage"] = 15,
        ["ClaimsLastFillPage"] = 44,
        ["ClockIsPhysical"] = 4,
        ["ClockStaysAhead"] = 1,
        ["CollapsesSiblings"] = 5,
        ["ComparesDigestsAlone"] = 141,
        ["CursorSkips"] = 6,
        ["DeltasInLateStages"] = 3,
        ["DigestIgnoresNew"] = 1,
        ["DigestKeepsOld"] = 1,
        ["DropsConcurrent"] = 3,
        ["EditDropsUnseen"] = 8,
        ["EndsAtFirstStage"] = 49,
        ["EqualIsConflict"] = 18,
        ["EntersWithOwnWrites"] = 5,
        ["ExportsUnnoted"] = 5,
        ["FillsOneAnother"] = 27,
        ["FoldsNamed"] = 67,
        ["FoldsUnacknowledged"] = 71,
        ["FoldsWithoutOffsets"] = 1,
        ["ForgetsEarlierIncarnations"] = 20,
        ["ForgetsOffset"] = 600005910,
        ["ForgetsSilently"] = 3,
        ["ForgetsSpread"] = 10_002_213,
        ["ForgetsWhoWaits"] = 5,
        ["GivesUnnoted"] = 12,
        ["GoesOnAsAnother"] = 138,
        ["HashesNeverAgree"] = 1,
        ["HidesOwnConflicts"] = 24,
        ["IgnoresBase"] = 14,
        ["KeepsOneProposal"] = 9,
        ["KeepsSuperseded"] = 1,
        ["LearnsNothing"] = 1,
        ["LearnsOfForeigners"] = 25,
        ["LeastWins"] = 7,
        ["LeavesContentOut"] = 2,
        ["LeavesWhatWaits"] = 967,
        ["LeavingLosesWrites"] = 15,
        ["ListsNoConflict"] = 5,
        ["LosesStagedPage"] = 6,
        ["MixesTransfers"] = 103,
        ["NeverPrunes"] = 1,
        ["OverwrittenMovesClock"] = 600029135,
        ["ProposalMayBeLost"] = 9,
        ["ProposesUnnoted"] = 9,
        ["PrunesTooMuch"] = 4,
        ["PushesUnnoted"] = 74,
        ["QueueIsUnbounded"] = 231,
        ["ReadsGoBack"] = 17,
        ["RefusedIsNotKept"] = 41,
        ["RenamesItsUnsynced"] = 1,
        ["RenamesWithoutKnowing"] = 1,
        ["RenewalClaimsAll"] = 12,
        ["RenewalDropsWrites"] = 2,
        ["RenewalIsLater"] = 2,
        ["RenewalKeepsClaims"] = 12,
        ["RenewalLeavesElements"] = 88,
        ["RenewsOnceOnly"] = 1104,
        ["RestartKeepsName"] = 3,
        ["RestartKeepsTransfers"] = 7,
        ["RepeatsRestated"] = 1148,
        ["RestartLosesWrites"] = 7,
        ["RestatesAsDelete"] = 14,
        ["ReturnsAsBefore"] = 1755,
        ["ReusesTransferName"] = 710008306,
        ["SeesCopiesEverywhere"] = 1,
        ["SendsOnlyNewSiblings"] = 3,
        ["SettlesAway"] = 1153,
        ["StageEndMoves"] = 22,
        ["StagedIsNotKept"] = 6,
        ["TakesAWordForStrangers"] = 998,
        ["TakesAnyLink"] = 86,
        ["TakesFormerPush"] = 1,
        ["TakesInUnnoted"] = 53,
        ["TakesOwnForAcknowledged"] = 4,
        ["TakesRefusedLate"] = 7,
        ["TakesSuperseded"] = 6,
        ["TellsBeforeDurable"] = 58,
        ["TellsOnceOnly"] = 1153,
        ["TellsTheLatest"] = 1,
        ["TellsTooEarly"] = 1,
        ["TrustsAnyLink"] = 12,
        ["WorkersAreUnbounded"] = 1,
    };

    /// <summary>Whether so few plans catch a fault that it is looked for from a seed that a campaign has found, not from the first.</summary>
    public static bool IsRare(string mutant) => Caught.GetValueOrDefault(mutant) > SeedMax;

    /// <summary>Faults that the simulator does not see, or sees too seldom: named here, so that nobody takes them for caught. None now.</summary>
    public static IReadOnlySet<string> NotCaught { get; } = new SortedSet<string>(StringComparer.Ordinal);

    private const ulong SeedMax = 100_000;

    private static readonly HashSet<string> InScenes = new(StringComparer.Ordinal)
    {
        "AnybodyDecides",
        "ClaimsLastFillPage",
        "FillsOneAnother",
        "LearnsOfForeigners",
        "LeavesWhatWaits",
        "RefusedIsNotKept",
        "RenewalLeavesElements",
        "RenewsOnceOnly",
        "SettlesAway",
        "StageEndMoves",
        "TakesAWordForStrangers",
        "TellsOnceOnly",
    };

    private static readonly HashSet<string> InDisasters = new(StringComparer.Ordinal)
    {
        "AcknowledgesBeforeFlush",
        "AcknowledgesFailedFlush",
        "ClockStaysAhead",
        "DeltasInLateStages",
        "IgnoresBase",
        "RestartKeepsTransfers",
        "RestartLosesWrites",
        "TellsBeforeDurable",
    };

    private static readonly HashSet<string> InUpheavals = new(StringComparer.Ordinal)
    {
        "AbsenceIsNothing",
        "ForgetsSilently",
        "QueueIsUnbounded",
        "ReadsGoBack",
        "RenewalClaimsAll",
        "RenewalDropsWrites",
        "RenewalIsLater",
        "RenewalKeepsClaims",
        "TakesAnyLink",
        "TrustsAnyLink",
        "WorkersAreUnbounded",
    };

    private static readonly HashSet<string> InEncounters = new(StringComparer.Ordinal)
    {
        "ExportsUnnoted",
        "GivesUnnoted",
        "MixesTransfers",
        "PushesUnnoted",
        "RestartKeepsName",
        "TakesInUnnoted",
        "TakesRefusedLate",
    };

    private static readonly HashSet<string> InCompactions = new(StringComparer.Ordinal)
    {
        "EntersWithOwnWrites",
        "FoldsNamed",
        "FoldsUnacknowledged",
        "FoldsWithoutOffsets",
        "RenamesItsUnsynced",
        "RenamesWithoutKnowing",
        "TakesFormerPush",
        "TellsTheLatest",
        "TellsTooEarly",
    };

    /// <summary>The kind of plans that catch it.</summary>
    public static PlanKind KindOf(string mutant) => InUpheavals.Contains(mutant) ? PlanKind.Upheavals
        : InEncounters.Contains(mutant) ? PlanKind.Encounters
        : InCompactions.Contains(mutant) ? PlanKind.Compactions
        : InDisasters.Contains(mutant) ? PlanKind.Disasters
        : InScenes.Contains(mutant) ? PlanKind.Scenes
        : PlanKind.Plain;
}
