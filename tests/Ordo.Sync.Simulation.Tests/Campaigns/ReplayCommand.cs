using System.Globalization;
using Ordo.Sync.Simulation.Tests.Plans;

namespace Ordo.Sync.Simulation.Tests.Campaigns;

/// <summary>What to type to have a plan again, in a process of its own.</summary>
internal static class ReplayCommand
{
    /// <param name="plan">The plan.</param>
    /// <param name="kind">What its seed was made into.</param>
    /// <param name="mutant">The planted fault that was awake; null for the engine as it is.</param>
    /// <param name="isShortened">Whether only the steps that are left are wanted.</param>
    public static string Of(Plan plan, PlanKind kind, string? mutant, bool isShortened = false)
    {
        List<string> variables =
        [
            $"{CampaignSettings.SeedVariable}={plan.Seed}",
            $"{CampaignSettings.CountVariable}=1",
            .. When(plan.OnSqlite, $"{CampaignSettings.SqliteVariable}=1"),
            .. When(kind == PlanKind.Scenes, $"{CampaignSettings.ScenesVariable}=1"),
            .. When(kind == PlanKind.Disasters, $"{CampaignSettings.DisastersVariable}=1"),
            .. When(kind == PlanKind.Upheavals, $"{CampaignSettings.UpheavalsVariable}=1"),
            .. When(kind == PlanKind.Encounters, $"{CampaignSettings.EncountersVariable}=1"),
            .. When(kind == PlanKind.Compactions, $"{CampaignSettings.CompactionsVariable}=1"),
            .. When(mutant is not null, $"{CampaignSettings.MutantVariable}={mutant}"),
            .. When(isShortened, $"{CampaignSettings.StepsVariable}={string.Join(',', plan.Steps.Select(NumberOf))}"),
        ];
        string test = mutant is null
            ? $"{typeof(EngineTests).FullName}.{nameof(EngineTests.Random_plans_break_no_promise)}"
            : $"{typeof(MutationTests).FullName}.{nameof(MutationTests.Planted_faults_are_caught)}";
        return $"{string.Join(' ', variables)} \\{Environment.NewLine}    "
            + $"dotnet run -c Release --project tests/Ordo.Sync.Simulation.Tests -- -showLiveOutput -method {test}";
    }

    private static string NumberOf(Step step) => step.Number.ToString(CultureInfo.InvariantCulture);

    private static string[] When(bool isSo, string variable) => isSo ? [variable] : [];
}
