using Ordo.Sync.Hub.Tests.Hosting;

namespace Ordo.Sync.Packages.Tests;

/// <summary>Core, Sqlite and Http in a program without a JIT, trimmed to what it uses.</summary>
[Collection(nameof(PackageFeedCollection))]
public sealed class NativeAotTests(PackageFeed feed, ITestOutputHelper output)
{
    [Fact]
    public async Task A_native_program_publishes_without_warnings_and_syncs()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The test knows the file names of a native program on Linux only.");
        using Workspace workspace = feed.CreateWorkspace();
        foreach (string file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "NativeApp")))
        {
            workspace.Write(Path.Combine("NativeApp", Path.GetFileName(file)), await File.ReadAllTextAsync(file));
        }

        string[] hive = ["--debug:custom-hive", Path.Combine(workspace.Root, "hive")];
        await workspace.DotnetAsync(
            ["new", "install", Path.Combine(feed.Folder, $"Ordo.Sync.Templates.{feed.Version}.nupkg"), .. hive]);
        await workspace.DotnetAsync(["new", "ordo-sync-hub", "-o", "Hub", .. hive]);
        await workspace.DotnetAsync("build", "Hub");
        string published = await workspace.DotnetAsync("publish", "NativeApp", "--use-current-runtime", "-o", "native");
        Assert.DoesNotContain("warning", published, StringComparison.OrdinalIgnoreCase);
        string program = Path.Combine(workspace.Root, "native", "NativeApp");

        await using RunningHub hub = await RunningHub.StartAsync(
            workspace, Path.Combine("Hub", "bin", "Debug", "net10.0", "Hub.dll"), ReservedPorts.Take());
        string address = new Uri(hub.Address, "sync").ToString();
        string first = await workspace.RunAsync(program, [address, "ann", workspace.Root]);
        string second = await workspace.RunAsync(program, [address, "ben", workspace.Root]);

        output.WriteLine($"{new FileInfo(program).Length / 1024.0 / 1024.0:F1} MiB; {second}");
        Assert.Contains("Completed: 1 pushed, 0 pulled", first, StringComparison.Ordinal);
        Assert.Contains("ann: 80, seen 1 times", second, StringComparison.Ordinal);
        Assert.Contains("ben: 80, seen 1 times", second, StringComparison.Ordinal);
    }
}
