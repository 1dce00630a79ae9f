using System.Text.RegularExpressions;
using Ordo.Sync.Documentation.Tests;
using Ordo.Sync.Hub.Tests.Hosting;

namespace Ordo.Sync.Packages.Tests;

/// <summary>docs/getting-started.md, followed to the letter with the packages of this build.</summary>
[Collection(nameof(PackageFeedCollection))]
public sealed partial class GettingStartedTests(PackageFeed feed)
{
    [Fact]
    public async Task The_guide_does_what_it_says()
    {
        using Workspace workspace = feed.CreateWorkspace();
        int port = ReservedPorts.Take();
        string page = (await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "docs", "getting-started.md")))
            .Replace("127.0.0.1:5080", $"127.0.0.1:{port}", StringComparison.Ordinal);
        RunningHub? hub = null;
        string printed = string.Empty;
        int compared = 0;
        try
        {
            foreach (GuideStep step in GuideStep.Of(page))
            {
                switch (step.Kind)
                {
                    case "file":
                        workspace.Write(step.Argument, step.Text);
                        break;
                    case "start":
                        await workspace.DotnetAsync("build", "Hub");
                        hub = await RunningHub.StartAsync(workspace, Path.Combine("Hub", "bin", "Debug", "net10.0", "Hub.dll"), port);
                        break;
                    case "run":
                        printed = string.Concat(await RunAllAsync(workspace, step.Lines));
                        break;
                    case "output":
                        Assert.Equal(step.Text.Trim(), printed.ReplaceLineEndings("\n").Trim());
                        compared++;
                        break;
                    default:
                        Assert.Fail($"The guide has a mark '{step.Kind}' that nobody knows.");
                        break;
                }
            }
        }
        finally
        {
            await (hub?.DisposeAsync() ?? default);
        }

        Assert.True(compared >= 3, "The guide shows fewer results than it did.");
    }

    private static async Task<List<string>> RunAllAsync(Workspace workspace, IEnumerable<string> commands)
    {
        var printed = new List<string>();
        foreach (string command in commands)
        {
            string[] words = [.. Words().Matches(command).Select(word => word.Value.Trim('"'))];
            printed.Add(await workspace.RunAsync(words[0], words[1..]));
        }

        return printed;
    }

    [GeneratedRegex("""
        "[^"]*"|\S+
        """)]
    private static partial Regex Words();
}
