using System.Text.RegularExpressions;

namespace Ordo.Sync.Documentation.Tests;

/// <summary>What pages point at is there, and every page is pointed at.</summary>
public sealed partial class LinkTests
{
    [Fact]
    public void Every_link_between_pages_leads_somewhere()
    {
        string[] dead =
        [
            .. from page in Pages.All
               from link in Links(page)
               let target = Path.GetFullPath(Path.Combine(Checkout.Root, Path.GetDirectoryName(page)!, link))
               where !File.Exists(target) && !Directory.Exists(target)
               select $"{page}: {link}",
        ];

        Assert.True(dead.Length == 0, string.Join('\n', dead));
    }

    [Fact]
    public void Every_page_stands_in_the_index_and_in_the_table_of_contents()
    {
        HashSet<string> index = [.. Links("docs/README.md")];
        string contents = Pages.Read("docs/toc.yml");
        string[] missing =
        [
            .. from page in Pages.All
               where page.StartsWith("docs/", StringComparison.Ordinal) && page is not ("docs/README.md" or "docs/site/index.md")
               let name = page["docs/".Length..]
               where !index.Contains(name) || !contents.Contains($"href: {name}\n", StringComparison.Ordinal)
               select page,
        ];

        Assert.True(missing.Length == 0, "Not in docs/README.md or docs/toc.yml: " + string.Join(", ", missing));
    }

    // Relative ones, without their anchors; those in code are none.
    private static IEnumerable<string> Links(string page) =>
        from Match match in Link().Matches(Code().Replace(Pages.Read(page), string.Empty))
        let target = match.Groups[1].Value
        where !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal)
        let path = target.Split('#')[0]
        where path.Length > 0
        select path;

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^```.*?^```|`[^`\n]+`(?!\])", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Code();
}
