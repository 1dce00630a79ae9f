using System.Globalization;

namespace Ordo.Sync.Simulation.Tests.Campaigns;

/// <summary>What a campaign takes from the environment.</summary>
internal static class CampaignSettings
{
    public const string CountVariable = "ORDO_SIMULATION_SEEDS";
    public const string SeedVariable = "ORDO_SIMULATION_SEED";
    public const string SqliteVariable = "ORDO_SIMULATION_SQLITE";

    /// <summary>How many plans to run; null for the tests' own number.</summary>
    public static int? Count => Read(CountVariable) is { } count ? checked((int)count) : null;

    /// <summary>The seed of the first plan, from which the seeds count up; null for the tests' own.</summary>
    public static ulong? Seed => Read(SeedVariable);

    /// <summary>Whether one plan of forty keeps its records in SQLite: where the variable is 1.</summary>
    public static bool MayUseSqlite => Read(SqliteVariable) is 1;

    private static ulong? Read(string variable)
    {
        string? text = Environment.GetEnvironmentVariable(variable);
        return string.IsNullOrWhiteSpace(text) ? null : ulong.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
    }
}
