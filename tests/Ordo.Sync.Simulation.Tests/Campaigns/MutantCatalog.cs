namespace Ordo.Sync.Simulation.Tests.Campaigns;

/// <summary>Which planted faults the simulator catches, and the first seed that does; and which it does not.</summary>
internal static class MutantCatalog
{
    /// <summary>By fault, the seed that caught it first, counted from 1.</summary>
    public static IReadOnlyDictionary<string, ulong> Caught { get; } = new SortedDictionary<string, ulong>(StringComparer.Ordinal)
    {
        ["ClaimsAtEveryFillPage"] = 6,
        ["CollapsesSiblings"] = 5,
        ["ComparesDigestsAlone"] = 141,
        ["CursorSkips"] = 6,
        ["DigestIgnoresNew"] = 1,
        ["DigestKeepsOld"] = 1,
        ["DropsConcurrent"] = 3,
        ["EndsAtFirstStage"] = 25,
        ["IgnoresBase"] = 27,
        ["KeepsSuperseded"] = 1,
        ["LearnsNothing"] = 1,
        ["LeastWins"] = 7,
        ["LeavesContentOut"] = 2,
        ["LosesStagedPage"] = 6,
        ["NeverPrunes"] = 1,
        ["ReturnsAsBefore"] = 1755,
        ["SeesCopiesEverywhere"] = 1,
        ["SendsOnlyNewSiblings"] = 3,
        ["StagedIsNotKept"] = 6,
        ["TakesSuperseded"] = 6,
    };

    /// <summary>Not caught in the first 400 plans: what the simulator does not see, or sees too seldom.</summary>
    public static IReadOnlySet<string> NotCaught { get; } = new SortedSet<string>(StringComparer.Ordinal)
    {
        "AnybodyDecides",
        "ClaimsLastFillPage",
        "ClockIsPhysical",
        "ClockStaysAhead",
        "DeltasInLateStages",
        "EditDropsUnseen",
        "ForgetsWhoWaits",
        "LearnsOfForeigners",
        "PrunesTooMuch",
        "PushesWhileFilling",
        "TakesOwnForAcknowledged",
    };
}
