using Ordo.Sync.Errors;

namespace Ordo.Campus.Shared.Commands;

/// <summary>Turns what a command cannot go on with into a line on standard error and exit code 1.</summary>
public static class Refusals
{
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

    /// <summary>Writes "code: what happened and what to do".</summary>
    public static Task ReportAsync(SyncException exception) =>
        Console.Error.WriteLineAsync($"{exception.Code}: {exception.Message}");
}
