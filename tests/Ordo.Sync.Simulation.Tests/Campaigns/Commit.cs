using System.Reflection;

namespace Ordo.Sync.Simulation.Tests.Campaigns;

/// <summary>The commit that is tested: a seed means a plan in it, and perhaps another one later.</summary>
internal static class Commit
{
    public static string Name { get; } = typeof(Commit).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "an unknown commit";
}
