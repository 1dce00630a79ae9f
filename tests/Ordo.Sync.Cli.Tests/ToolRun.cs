using System.Text.Json.Nodes;

namespace Ordo.Sync.Cli.Tests;

/// <summary>What a run of the tool said and ended with.</summary>
internal sealed record ToolRun(int ExitCode, string Output, string Errors)
{
    public JsonNode Json => JsonNode.Parse(Output) ?? throw new InvalidOperationException("The tool said nothing.");

    /// <summary>Insists on an exit code, showing what was said where it is another.</summary>
    public ToolRun Require(int exitCode)
    {
        Assert.True(exitCode == ExitCode, $"Exit code {ExitCode}, expected {exitCode}.\n{Output}\n{Errors}");
        return this;
    }
}
