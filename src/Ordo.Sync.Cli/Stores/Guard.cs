using Ordo.Sync.Errors;

namespace Ordo.Sync.Cli.Stores;

/// <summary>Runs a command and makes of whatever goes wrong one line for people and a code for scripts.</summary>
internal static class Guard
{
    public static async Task<int> RunAsync(Func<Task<int>> run)
    {
        try
        {
            return await run().ConfigureAwait(false);
        }
        catch (ToolException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message).ConfigureAwait(false);
            return exception.ExitCode;
        }
        catch (SyncException exception)
        {
            string hint = exception.Hint is null || exception.Message.Contains(exception.Hint, StringComparison.Ordinal)
                ? string.Empty
                : " " + exception.Hint;
            await Console.Error.WriteLineAsync($"{exception.Message}{hint}").ConfigureAwait(false);
            return exception.Code == SyncErrorCode.StoreLocked ? ExitCodes.Locked : ExitCodes.Unavailable;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Stopped.").ConfigureAwait(false);
            return ExitCodes.Cancelled;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(exception.Message).ConfigureAwait(false);
            return ExitCodes.Unavailable;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            await Console.Error.WriteLineAsync(exception.Message).ConfigureAwait(false);
            return ExitCodes.Usage;
        }
    }
}
