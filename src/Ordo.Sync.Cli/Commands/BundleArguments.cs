using System.CommandLine;
using Ordo.Sync.Replication.Bundles;

namespace Ordo.Sync.Cli.Commands;

/// <summary>What a bundle is encrypted with.</summary>
internal sealed class BundleArguments
{
    private readonly Option<string?> _passphrase = new("--passphrase-env")
    {
        Description = "The environment variable that holds the passphrase. Never on the command line: others see that.",
    };

    public Command AddTo(Command command)
    {
        command.Options.Add(_passphrase);
        return command;
    }

    public BundleKey? KeyOf(ParseResult parsed) => parsed.GetValue(_passphrase) is not { } variable ? null
        : Environment.GetEnvironmentVariable(variable) is { Length: > 0 } passphrase ? BundleKey.FromPassphrase(passphrase)
        : throw new ToolException(ExitCodes.Usage, $"The environment variable '{variable}' is not set.");
}
