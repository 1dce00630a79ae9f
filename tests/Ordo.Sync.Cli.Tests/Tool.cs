using System.Diagnostics;

namespace Ordo.Sync.Cli.Tests;

/// <summary>The tool as its users run it: a process.</summary>
internal static class Tool
{
    public static async Task<ToolRun> RunAsync(params string[] arguments) =>
        await RunAsync(new Dictionary<string, string>(), arguments);

    public static async Task<ToolRun> RunAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        ProcessStartInfo start = Describe(arguments);
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new ToolRun(process.ExitCode, await output, await errors);
    }

    /// <summary>Runs it and ends it with SIGKILL after a while, unless it has ended by itself.</summary>
    /// <returns>Whether it had to be killed.</returns>
    public static async Task<bool> KillAsync(TimeSpan after, params string[] arguments)
    {
        using Process process = Process.Start(Describe(arguments))!;
        using var patience = new CancellationTokenSource(after);
        try
        {
            await process.WaitForExitAsync(patience.Token);
            return false;
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await process.WaitForExitAsync();
            return true;
        }
    }

    private static ProcessStartInfo Describe(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { Find() },
        };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    // Where its own build put it, with all that it needs: beside the tests the web framework stands in for some of that.
    private static string Find()
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        for (DirectoryInfo? folder = output; folder is not null; folder = folder.Parent)
        {
            string tool = Path.Combine(
                folder.FullName, "src", "Ordo.Sync.Cli", "bin", output.Parent!.Name, output.Name, "Ordo.Sync.Cli.dll");
            if (File.Exists(tool))
            {
                return tool;
            }
        }

        throw new InvalidOperationException("The tool was not found above the tests' binaries: build it.");
    }
}
