using System.Globalization;
using Ordo.Sync.Simulation.Tests.Plans;

namespace Ordo.Sync.Simulation.Tests.Campaigns;

/// <summary>What a campaign takes from the environment.</summary>
internal static class CampaignSettings
{
    public const string CountVariable = "ORDO_SIMULATION_SEEDS";
    public const string SeedVariable = "ORDO_SIMULATION_SEED";
    public const string FailuresVariable = "ORDO_SIMULATION_FAILURES";
    public const string MutantPlansVariable = "ORDO_SIMULATION_MUTANTS";
    public const string MutantVariable = "ORDO_SIMULATION_MUTANT";
    public const string ScenesVariable = "ORDO_SIMULATION_SCENES";
    public const string DisastersVariable = "ORDO_SIMULATION_DISASTERS";
    public const string UpheavalsVariable = "ORDO_SIMULATION_UPHEAVALS";
    public const string EncountersVariable = "ORDO_SIMULATION_ENCOUNTERS";
    public const string CompactionsVariable = "ORDO_SIMULATION_COMPACTIONS";
    public const string StepsVariable = "ORDO_SIMULATION_STEPS";
    public const string SqliteVariable = "ORDO_SIMULATION_SQLITE";

    /// <summary>How many failures end a campaign, so that one can be had of all that a number of seeds finds. The default is 1.</summary>
    public static int FailuresMax => Read(FailuresVariable) is { } count ? checked((int)count) : 1;

    /// <summary>How many plans each planted fault is looked for in, from seed 1; null for the known seeds.</summary>
    public static int? MutantPlans => Read(MutantPlansVariable) is { } count ? checked((int)count) : null;

    /// <summary>Which planted faults are looked for, separated by commas; null for all.</summary>
    public static IReadOnlyCollection<string>? Mutants => Environment.GetEnvironmentVariable(MutantVariable) is { Length: > 0 } names
        ? names.Split(',')
        : null;

    /// <summary>How many plans to run; null for the tests' own number.</summary>
    public static int? Count => Read(CountVariable) is { } count ? checked((int)count) : null;

    /// <summary>The seed of the first plan, from which the seeds count up; null for the tests' own.</summary>
    public static ulong? Seed => Read(SeedVariable);

    /// <summary>One plan in so many keeps its records in SQLite, all of them where it is 1; 0, the default, for none.</summary>
    public static int SqliteOneIn => Read(SqliteVariable) is { } count ? checked((int)count) : 0;

    /// <summary>
    /// What seeds are made into: plans with scenes, disasters, upheavals, encounters or compactions, where the variable of that name is 1.
    /// </summary>
    public static PlanKind Kind => Read(DisastersVariable) is 1 ? PlanKind.Disasters
        : Read(UpheavalsVariable) is 1 ? PlanKind.Upheavals
        : Read(EncountersVariable) is 1 ? PlanKind.Encounters
        : Read(CompactionsVariable) is 1 ? PlanKind.Compactions
        : Read(ScenesVariable) is 1 ? PlanKind.Scenes
        : PlanKind.Plain;

    /// <summary>The numbers of the steps that are carried out, separated by commas; null for all.</summary>
    public static string? Steps => Environment.GetEnvironmentVariable(StepsVariable) is { Length: > 0 } numbers ? numbers : null;

    /// <summary>A plan with only those of its steps that are named by their numbers; with all of them where none are.</summary>
    public static Plan Only(Plan plan, string? numbers) => numbers is null
        ? plan
        : plan with { Steps = [.. plan.Steps.IntersectBy(numbers.Split(',').Select(int.Parse), step => step.Number)] };

    private static ulong? Read(string variable)
    {
        string? text = Environment.GetEnvironmentVariable(variable);
        return string.IsNullOrWhiteSpace(text) ? null : ulong.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
    }
}
