using System.Globalization;

namespace Ordo.Sync.Model.Tests.Schedules;

/// <summary>What a campaign takes from the environment.</summary>
internal static class ModelSettings
{
    public const string SchedulesVariable = "ORDO_MODEL_SCHEDULES";
    public const string SeedVariable = "ORDO_MODEL_SEED";

    /// <summary>How many schedules to run, if the environment says so.</summary>
    public static int? Schedules => Read(SchedulesVariable) is { } count ? (int)count : null;

    /// <summary>The seed of the first schedule; each next schedule has the next seed. The default value is 1.</summary>
    public static ulong Seed => Read(SeedVariable) ?? 1;

    public static string? Only => Environment.GetEnvironmentVariable("ONLY");
    public static ScheduleProfile Profile => ScheduleProfiles.All[Environment.GetEnvironmentVariable("ORDO_MODEL_PROFILE") ?? "Default"];

    private static ulong? Read(string variable)
    {
        string? text = Environment.GetEnvironmentVariable(variable);
        return string.IsNullOrWhiteSpace(text)
            ? null
            : ulong.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
    }
}
