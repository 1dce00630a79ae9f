using System.Diagnostics;
using SystemProcess = System.Diagnostics.Process;

namespace Ordo.Sync.Process.Tests.Writers;

/// <summary>A process that writes, seen from outside: its lines, and its end by SIGKILL.</summary>
internal sealed class WriterProcess : IDisposable
{
    // Not a time to be fast in, but one after which something certainly hangs.
    private static readonly TimeSpan HangsAfter = TimeSpan.FromMinutes(10);

    private readonly SystemProcess _process;

    private WriterProcess(SystemProcess process) => _process = process;

    /// <summary>What runs this assembly as a process of its own.</summary>
    public static IReadOnlyList<string> Command { get; } = ["dotnet", typeof(WriterProcess).Assembly.Location];

    public static WriterProcess Start(WriterOrder order, params IReadOnlyList<string> shell)
    {
        string[] command = [.. shell, .. Command];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        order.Give(start.Environment);
        start.Environment["DOTNET_TieredPGO"] = "0";
        return new WriterProcess(SystemProcess.Start(start)!);
    }

    public int Id => _process.Id;

    /// <summary>The next whole line; <see langword="null"/> where the process has ended.</summary>
    public async Task<string?> ReadAsync()
    {
        string? line = await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)
            .AsTask().WaitAsync(HangsAfter, TestContext.Current.CancellationToken);
        return line is not null && line.EndsWith(';') ? line[..^1] : null;
    }

    /// <summary>Ends it with SIGKILL.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Writes a line to its standard input.</summary>
    public async Task TellAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Ends its standard input, which tells it to end.</summary>
    public void Close() => _process.StandardInput.Close();

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
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
