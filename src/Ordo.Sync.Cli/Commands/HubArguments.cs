using System.CommandLine;
using System.Net.Http.Headers;
using Ordo.Sync.Http;

namespace Ordo.Sync.Cli.Commands;

/// <summary>How a command reaches a hub.</summary>
internal sealed class HubArguments
{
    private readonly Option<string?> _hub = new("--hub") { Description = "The hub's address, as the app names it." };

    private readonly Option<string?> _token = new("--token-env")
    {
        Description = "The environment variable that holds a bearer token for the hub. Never on the command line: others see that.",
    };

    public Command AddTo(Command command)
    {
        command.Options.Add(_hub);
        return AddTokenTo(command);
    }

    /// <summary>Adds the token alone, to a command that takes the address as an argument.</summary>
    public Command AddTokenTo(Command command)
    {
        command.Options.Add(_token);
        return command;
    }

    /// <summary>The way to the hub that was named; <see langword="null"/> where none was.</summary>
    public HubConnection? Connect(ParseResult parsed)
    {
        return parsed.GetValue(_hub) is { } address ? Connect(parsed, address) : null;
    }

    /// <summary>The way to the hub at an address.</summary>
    public HubConnection Connect(ParseResult parsed, string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? uri))
        {
            throw new ToolException(ExitCodes.Usage, $"'{address}' is no address of a hub.");
        }

        var client = new HttpClient();
        if (parsed.GetValue(_token) is { } variable)
        {
            string token = Environment.GetEnvironmentVariable(variable)
                ?? throw new ToolException(ExitCodes.Usage, $"The environment variable '{variable}' is not set.");
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return new HubConnection(uri, client, new HttpSyncTransport(client, new HttpTransportOptions { BaseAddress = uri }));
    }
}
