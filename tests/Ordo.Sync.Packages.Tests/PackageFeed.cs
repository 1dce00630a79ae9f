using System.Text.RegularExpressions;
using System.Xml.Linq;
using Ordo.Sync.Documentation.Tests;

namespace Ordo.Sync.Packages.Tests;

/// <summary>All packages, packed once from what is built, in a folder that serves as a feed.</summary>
public sealed class PackageFeed : IAsyncLifetime
{
    private readonly string _root = Directory.CreateTempSubdirectory("ordo-feed-").FullName;

    /// <summary>The feed.</summary>
    public string Folder => Path.Combine(_root, "feed");

    /// <summary>The version of all packages.</summary>
    public string Version { get; } =
        XDocument.Load(Path.Combine(Checkout.Root, "Directory.Build.props")).Descendants("Version").Single().Value;

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Folder);
        using Workspace workspace = CreateWorkspace();
        IEnumerable<string> projects = Directory
            .EnumerateFiles(Path.Combine(Checkout.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Append(Path.Combine(Checkout.Root, "templates", "Ordo.Sync.Templates.csproj"));
        foreach (string project in projects)
        {
            await workspace.DotnetAsync("pack", project, "-c", "Release", "--no-build", "-o", Folder);
        }
    }

    public Workspace CreateWorkspace() => new(Folder, Path.Combine(_root, "packages"));

    /// <summary>The version as packages' own references and templates name it.</summary>
    public bool IsVersion(string text) => Regex.IsMatch(text, $@"^\[?{Regex.Escape(Version)}\]?$");

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_root, recursive: true);
        return default;
    }
}
