using Ordo.Sync.Hub.Tests.Hosting;

namespace Ordo.Sync.Packages.Tests;

/// <summary>What <c>dotnet new</c> makes runs as it comes.</summary>
[Collection(nameof(PackageFeedCollection))]
public sealed class TemplateTests(PackageFeed feed, ITestOutputHelper output)
{
    [Fact]
    public async Task A_hub_and_two_apps_made_from_the_templates_sync()
    {
        using Workspace workspace = feed.CreateWorkspace();
        string[] hive = ["--debug:custom-hive", Path.Combine(workspace.Root, "hive")];
        int port = ReservedPorts.Take();
        await workspace.DotnetAsync(
            ["new", "install", Path.Combine(feed.Folder, $"Ordo.Sync.Templates.{feed.Version}.nupkg"), .. hive]);
        await workspace.DotnetAsync(["new", "ordo-sync-hub", "-o", "CampusHub", .. hive]);
        await workspace.DotnetAsync(["new", "ordo-sync-app", "-o", "Notes", "--hub", $"http://127.0.0.1:{port}/sync", .. hive]);
        await workspace.DotnetAsync("build", "CampusHub", "-warnaserror");
        await workspace.DotnetAsync("build", "Notes", "-warnaserror");
        string app = Path.Combine("Notes", "bin", "Debug", "net10.0", "Notes.dll");

        await using RunningHub hub = await RunningHub.StartAsync(
            workspace, Path.Combine("CampusHub", "bin", "Debug", "net10.0", "CampusHub.dll"), port);
        await workspace.DotnetAsync("exec", app, "ann", "add", "Exam on Monday");
        string pushed = await workspace.DotnetAsync("exec", app, "ann", "sync");
        string pulled = await workspace.DotnetAsync("exec", app, "ben", "sync");
        string listed = await workspace.DotnetAsync("exec", app, "ben", "list");

        output.WriteLine(pushed + pulled + listed);
        Assert.StartsWith("Completed: 1 pushed, 0 pulled.", pushed, StringComparison.Ordinal);
        Assert.StartsWith("Completed: 0 pushed, 1 pulled.", pulled, StringComparison.Ordinal);
        Assert.Equal("ann: Exam on Monday", listed.Trim());
    }
}
