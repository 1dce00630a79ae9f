using System.Diagnostics;
using System.Text;

namespace Ordo.Sync.Packages.Tests;

/// <summary>
/// A folder outside the checkout in which a user's projects are made: they find the packages of this build in a feed of its own, and
/// everything else where the machine finds packages.
/// </summary>
public sealed class Workspace : IDisposable
{
    private static readonly TimeSpan CommandTimeMax = TimeSpan.FromMinutes(8);

    private readonly string _packages;

    public Workspace(string feed, string packages)
    {
        _packages = packages;
        Root = Directory.CreateTempSubdirectory("ordo-packages-").FullName;
        Write("nuget.config", $"""
            <?xml version="1.0" encoding="utf-8"?>
            <configuration>
              <packageSources>
                <add key="this-build" value="{feed}" />
              </packageSources>
            </configuration>
            """);

        // Where a mirror lacks MessagePack's own analyzer package, a restore would fail; nothing here needs it.
        Write("Directory.Build.props", """
            <Project>
              <ItemGroup>
                <PrunePackageReference Include="MessagePackAnalyzer" Version="99.0.0" />
              </ItemGroup>
            </Project>
            """);
    }

    /// <summary>The folder.</summary>
    public string Root { get; }

    public void Write(string path, string text)
    {
        string file = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    /// <summary>Runs a program in the folder until it ends.</summary>
    /// <returns>What it printed to standard output.</returns>
    /// <exception cref="InvalidOperationException">It failed, or took too long; the message has all it printed.</exception>
    public async Task<string> RunAsync(string program, IEnumerable<string> arguments)
    {
        using Process process = Start(program, arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        using var timeout = new CancellationTokenSource(CommandTimeMax);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }

        string printed = await output;
        return process.ExitCode == 0
            ? printed
            : throw new InvalidOperationException(new StringBuilder()
                .Append(program).Append(' ').AppendJoin(' ', arguments).Append(" ended with ").Append(process.ExitCode)
                .AppendLine().Append(printed).Append(await errors).ToString());
    }

    /// <summary>Runs the SDK.</summary>
    public Task<string> DotnetAsync(params string[] arguments) => RunAsync("dotnet", arguments);

    /// <summary>Starts a program that goes on until it is killed.</summary>
    public Process Start(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // The version never changes between builds: a cache shared with other projects would hand out an older build's packages.
        string shared = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        start.Environment["NUGET_PACKAGES"] = _packages;
        start.Environment["NUGET_FALLBACK_PACKAGES"] = Directory.Exists(shared) ? shared : null;
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
