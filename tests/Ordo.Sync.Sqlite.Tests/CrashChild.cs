using System.Diagnostics;

namespace Ordo.Sync.Sqlite.Tests;

/// <summary>
/// A second process over a store: this assembly started again with a task in its environment, for which its <c>CrashProgram</c>
/// looks. The child reports on its output until it is killed.
/// </summary>
internal sealed class CrashChild : IDisposable
{
    private const string TaskVariable = "ORDO_CHILD_TASK";
    private const string PathVariable = "ORDO_CHILD_PATH";

    private readonly Process _process;

    private CrashChild(Process process) => _process = process;

    /// <summary>The task of this process; <see langword="null"/> where it is no child.</summary>
    public static string? Order => Environment.GetEnvironmentVariable(TaskVariable) is { Length: > 0 } order ? order : null;

    /// <summary>Where the child's store is.</summary>
    public static string StorePath => Environment.GetEnvironmentVariable(PathVariable)!;

    public static CrashChild Start(string task, string path)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(CrashChild).Assembly.Location])
        {
            RedirectStandardOutput = true,
            Environment = { [TaskVariable] = task, [PathVariable] = path },
        };
        return new CrashChild(Process.Start(start)!);
    }

    /// <summary>The next line the child reports; <see langword="null"/> where it has ended.</summary>
    public Task<string?> ReadAsync() => _process.StandardOutput.ReadLineAsync();

    /// <summary>Ends the child with SIGKILL and returns what it had still reported.</summary>
    public async Task<List<string>> KillAsync()
    {
        _process.Kill();
        var rest = new List<string>();
        while (await ReadAsync() is { } line)
        {
            rest.Add(line);
        }

        await _process.WaitForExitAsync();
        return rest;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
