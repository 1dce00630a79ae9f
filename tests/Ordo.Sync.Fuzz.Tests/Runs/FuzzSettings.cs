using System.Globalization;

namespace Ordo.Sync.Fuzz.Tests.Runs;

/// <summary>What a campaign takes from the environment.</summary>
internal static class FuzzSettings
{
    private static readonly string? Failures = Environment.GetEnvironmentVariable("ORDO_FUZZ_FAILURES");

    /// <summary>The seed of the first input.</summary>
    public static long FirstSeed { get; } = Of("ORDO_FUZZ_SEED", 1);

    /// <summary>A number from the environment.</summary>
    public static long Of(string name, long otherwise) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text
        ? long.Parse(text, CultureInfo.InvariantCulture)
        : otherwise;

    /// <summary>Keeps inputs that broke something, where the environment names a folder.</summary>
    public static void Keep(IEnumerable<FuzzFault> faults)
    {
        foreach (FuzzFault fault in faults.Where(static _ => Failures is not null))
        {
            fault.Save(Failures!);
        }
    }
}
