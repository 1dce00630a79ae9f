using System.Diagnostics;

namespace Ordo.Campus.Commands;

/// <summary>This program, started again as a hub or a device. Ends with the object, and with this process.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly Process _process;

    public ChildProcess(IReadOnlyList<string> arguments)
    {
        string self = Environment.ProcessPath
            ?? throw new InvalidOperationException("The system does not tell where this program is.");
        bool isHost = Path.GetFileNameWithoutExtension(self).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        IEnumerable<string> all = [.. arguments, "--attached"];
        Name = arguments[0] == "hub" ? "hub" : arguments[2];
        _process = Process.Start(new ProcessStartInfo(self, isHost ? all.Prepend(typeof(ChildProcess).Assembly.Location) : all)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Ended = _process.WaitForExitAsync();
    }

    public string Name { get; }

    /// <summary>Completes when the process has ended.</summary>
    public Task Ended { get; }

    /// <summary>Its exit code, once it has ended.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>Waits for the one line that it prints: where it listens.</summary>
    /// <exception cref="IOException">It ended before; it said why on standard error.</exception>
    public async Task<string> ReadAddressAsync(CancellationToken cancellationToken) =>
        await _process.StandardOutput.ReadLineAsync(cancellationToken)
        ?? throw new IOException($"'{Name}' did not start.");

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        if (await Task.WhenAny(Ended, Task.Delay(Patience)) != Ended)
        {
            _process.Kill(entireProcessTree: true);
            await Ended;
        }

        _process.Dispose();
    }
}
