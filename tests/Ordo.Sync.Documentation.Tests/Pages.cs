namespace Ordo.Sync.Documentation.Tests;

/// <summary>The pages of the checkout: those at the top and those below docs/, by their path from its root.</summary>
internal static class Pages
{
    public static IEnumerable<string> All => Directory.EnumerateFiles(Checkout.Root, "*.md")
        .Concat(Directory.EnumerateFiles(Path.Combine(Checkout.Root, "docs"), "*.md", SearchOption.AllDirectories))
        .Select(path => Path.GetRelativePath(Checkout.Root, path).Replace('\\', '/'))
        .Order(StringComparer.Ordinal);

    public static string Read(string page) => File.ReadAllText(Path.Combine(Checkout.Root, page));
}
