using Ordo.Sync.Errors;

namespace Ordo.Campus.Shared.Commands;

/// <summary>Turns what a command cannot go on with into a line on standard error and exit code 1.</summary>
public static class Refusals
{
    // 128 and the number of the signal of Ctrl+C.
    private const int StoppedCode = 130;

    /// <summary>Runs a command.</summary>
    public static async Task<int> ReportAsync(Func<Task<int>> command)
    {
        try
        {
            return await command();
        }
        catch (SyncException exception)
        {
            await ReportAsync(exception);
        }
        catch (IOException exception)
        {
            // A port in use, a data folder that is not there: the message says all, a stack trace would hide it.
            await Console.Error.WriteLineAsync(exception.Message);
        }

        return 1;
    }

    /// <summary>
    /// The same for a command that ends early when the process is asked to (Ctrl+C): in its own order, so that stores are closed and
    /// folders removed, with the exit code that shells know for it.
    /// </summary>
    public static async Task<int> ReportAsync(Func<CancellationToken, Task<int>> command, CancellationToken cancellationToken)
    {
        using var signals = new StopSignals(cancellationToken);
        try
        {
            return await ReportAsync(() => command(signals.Token));
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Stopped.");
            return StoppedCode;
        }
    }

    /// <summary>Writes "code: what happened and what to do".</summary>
    public static Task ReportAsync(SyncException exception) =>
        Console.Error.WriteLineAsync($"{exception.Code}: {exception.Message}");
}
