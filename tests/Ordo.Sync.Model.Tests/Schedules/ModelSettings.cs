using System.Globalization;

namespace Ordo.Sync.Model.Tests.Schedules;

/// <summary>What a campaign takes from the environment.</summary>
internal static class ModelSettings
{
    public const string SchedulesVariable = "ORDO_MODEL_SCHEDULES";
    public const string SeedVariable = "ORDO_MODEL_SEED";
    public const string ProfileVariable = "ORDO_MODEL_PROFILE";
    public const string MutationVariable = "ORDO_MODEL_MUTATION";

    /// <summary>
    /// How many schedules to run of each profile, or for each mutation; null for the tests' own number.
    /// </summary>
    public static int? Schedules => Read(SchedulesVariable) is { } count ? checked((int)count) : null;

    /// <summary>The seed of the first schedule, from which the seeds count up; null for the tests' own.</summary>
    public static ulong? Seed => Read(SeedVariable);

    /// <summary>The one profile to run; null for all.</summary>
    public static string? Profile => Environment.GetEnvironmentVariable(ProfileVariable) is { Length: > 0 } name ? name : null;

    /// <summary>The one mutation to search; null for all.</summary>
    public static string? Mutation => Environment.GetEnvironmentVariable(MutationVariable) is { Length: > 0 } name ? name : null;

    private static ulong? Read(string variable)
    {
        string? text = Environment.GetEnvironmentVariable(variable);
        return string.IsNullOrWhiteSpace(text)
            ? null
            : ulong.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
    }
}
