using System.CommandLine;

namespace Ordo.Sync.Cli.Stores;

/// <summary>What most commands take: the store, its keys, the form of the output. New ones for each command.</summary>
internal sealed class StoreArguments
{
    /// <summary>The store's file.</summary>
    public Argument<string> Store { get; } = new("store") { Description = "The store's SQLite file, as the app names it." };

    /// <summary>The form of the output.</summary>
    public Option<bool> Json { get; } = new("--json") { Description = "One JSON object on standard output, for scripts." };

    /// <summary>The file with the key of an encrypted store.</summary>
    public Option<string?> KeyFile { get; } = new("--key-file")
    {
        Description = "For an encrypted store: a file with lines 'ID=64 hexadecimal digits', the current key first.",
    };

    /// <summary>Adds them to a command.</summary>
    public Command AddTo(Command command)
    {
        command.Arguments.Insert(0, Store);
        command.Options.Add(Json);
        command.Options.Add(KeyFile);
        return command;
    }

    /// <summary>Opens the store that was named.</summary>
    public ValueTask<OpenStore> OpenAsync(ParseResult parsed, bool writes, CancellationToken cancellationToken) =>
        OpenStore.OpenAsync(parsed.GetRequiredValue(Store), parsed.GetValue(KeyFile), writes, cancellationToken);

    /// <summary>The option without which a command that could write does not.</summary>
    public static Option<bool> Write(string does) => new("--write")
    {
        Description = $"Allows it to write: {does} Takes the store's lock, so no app may have it open.",
    };

    /// <summary>Insists that writing was allowed.</summary>
    public static void RequireWrite(bool writes, string command)
    {
        if (!writes)
        {
            throw new ToolException(
                ExitCodes.Usage, $"'{command}' writes to the store. Say --write if that is what you want; close the app first.");
        }
    }
}
