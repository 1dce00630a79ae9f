namespace Ordo.Sync.Benchmarks.Hosting;

/// <summary>How a device's process is set up.</summary>
/// <param name="Profile">The name of its resource profile.</param>
/// <param name="Environment">The runtime settings it is started with, as environment variables.</param>
internal sealed record DeviceRun(string Profile, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>The default profile, the runtime as it comes.</summary>
    public static DeviceRun Default { get; } = new("default", new Dictionary<string, string>());

    /// <summary>The constrained profile, the runtime as it comes.</summary>
    public static DeviceRun Constrained { get; } = new("constrained", new Dictionary<string, string>());

    /// <summary>The constrained profile with the runtime settings that docs/guides/constrained-devices.md recommends.</summary>
    public static DeviceRun ConstrainedAndTuned { get; } = new("constrained", new Dictionary<string, string>
    {
        ["DOTNET_gcConcurrent"] = "0",
        ["DOTNET_GCConserveMemory"] = "5",
        ["DOTNET_GCgen0size"] = "400000", // Hexadecimal: 4 MiB.
        ["DOTNET_TieredPGO"] = "0",
        ["MALLOC_ARENA_MAX"] = "2",
    });
}
