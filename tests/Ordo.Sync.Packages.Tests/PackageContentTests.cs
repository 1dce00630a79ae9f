using System.IO.Compression;
using System.Xml.Linq;

namespace Ordo.Sync.Packages.Tests;

/// <summary>What a package brings along.</summary>
[Collection(nameof(PackageFeedCollection))]
public sealed class PackageContentTests(PackageFeed feed)
{
    [Fact]
    public void Every_package_says_what_it_is()
    {
        foreach (string file in Directory.EnumerateFiles(feed.Folder, "*.nupkg"))
        {
            using ZipArchive package = ZipFile.OpenRead(file);
            XElement about = Metadata(package);
            string Value(string name) => about.Elements().FirstOrDefault(x => x.Name.LocalName == name)?.Value ?? string.Empty;

            Assert.Equal(feed.Version, Value("version"));
            Assert.Equal("MIT", Value("license"));
            Assert.NotNull(package.GetEntry(Value("icon")));
            Assert.Contains(
                Value("id"), new StreamReader(package.GetEntry(Value("readme"))!.Open()).ReadToEnd(), StringComparison.Ordinal);
            Assert.True(Value("description").Length > 40, $"{file} has no description.");
        }
    }

    [Fact]
    public void Every_library_has_documentation_and_symbols()
    {
        string[] libraries = [.. Directory.EnumerateFiles(feed.Folder, "*.snupkg").Select(Path.GetFileNameWithoutExtension)!];
        Assert.Contains($"Ordo.Sync.Core.{feed.Version}", libraries);
        foreach (string library in libraries)
        {
            using ZipArchive package = ZipFile.OpenRead(Path.Combine(feed.Folder, library + ".nupkg"));
            using ZipArchive symbols = ZipFile.OpenRead(Path.Combine(feed.Folder, library + ".snupkg"));
            string name = library[..^(feed.Version.Length + 1)];

            Assert.Contains(package.Entries, entry => entry.Name == name + ".xml" || entry.FullName.StartsWith("tools/", StringComparison.Ordinal));
            Assert.Contains(symbols.Entries, entry => entry.Name == name + ".pdb");
        }
    }

    [Fact]
    public void Packages_and_templates_name_this_build_of_each_other()
    {
        foreach (string file in Directory.EnumerateFiles(feed.Folder, "*.nupkg"))
        {
            using ZipArchive package = ZipFile.OpenRead(file);
            IEnumerable<XElement> references = Metadata(package).Descendants()
                .Concat(package.Entries.Where(entry => entry.Name.EndsWith(".csproj", StringComparison.Ordinal))
                    .SelectMany(entry => XDocument.Load(entry.Open()).Descendants("PackageReference")));
            foreach (XElement reference in references)
            {
                string id = reference.Attribute("id")?.Value ?? reference.Attribute("Include")?.Value ?? string.Empty;
                string version = reference.Attribute("version")?.Value ?? reference.Attribute("Version")?.Value ?? string.Empty;
                Assert.True(!id.StartsWith("Ordo.Sync", StringComparison.Ordinal) || feed.IsVersion(version), $"{file}: {id} {version}");
            }
        }
    }

    private static XElement Metadata(ZipArchive package)
    {
        ZipArchiveEntry about = package.Entries.Single(entry => entry.Name.EndsWith(".nuspec", StringComparison.Ordinal));
        return XDocument.Load(about.Open()).Root!.Elements().Single(x => x.Name.LocalName == "metadata");
    }
}
