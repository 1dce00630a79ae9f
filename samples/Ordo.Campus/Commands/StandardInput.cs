namespace Ordo.Campus.Commands;

/// <summary>Standard input as a leash: whoever started this process holds the other end, and it closes when they end, whichever way.</summary>
internal static class StandardInput
{
    /// <summary>Completes when it ends.</summary>
    public static async Task EndAsync()
    {
        using var input = new StreamReader(Console.OpenStandardInput());
        while (await input.ReadLineAsync() is not null)
        {
        }
    }
}
