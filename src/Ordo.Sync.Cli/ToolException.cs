namespace Ordo.Sync.Cli;

/// <summary>What the user is told, and the code that the tool ends with.</summary>
internal sealed class ToolException(int exitCode, string message) : Exception(message)
{
    public int ExitCode => exitCode;
}
