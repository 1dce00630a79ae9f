using System.Reflection;

namespace Ordo.Sync.Process.Tests.Processes;

/// <summary>Where the build put the sample; the project file writes it into this assembly.</summary>
internal static class CampusBinary
{
    public static string Path { get; } = Locate();

    /// <summary>The host that runs it: the one that runs these tests, where there is one.</summary>
    public static string Host { get; } = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private static string Locate()
    {
        string path = typeof(CampusBinary).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == "CampusBinary").Value!;
        return File.Exists(path)
            ? path
            : throw new FileNotFoundException($"The sample is not at '{path}' any more: build this project again.", path);
    }
}
