using System.Xml.Linq;

namespace Ordo.Sync.Documentation.Tests;

/// <summary>The namespaces that the packages bring into a project with implicit usings.</summary>
internal static class PackageUsings
{
    public static IReadOnlyList<string> All { get; } =
    [
        .. Directory.EnumerateDirectories(Path.Combine(Checkout.Root, "src"))
            .Select(package => Path.Combine(package, "buildTransitive", Path.GetFileName(package) + ".props"))
            .Where(File.Exists)
            .SelectMany(file => XDocument.Load(file).Descendants("Using"))
            .Select(element => element.Attribute("Include")!.Value),
    ];
}
