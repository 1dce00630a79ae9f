namespace Ordo.Sync.Cli.Tests;

public sealed record Grade
{
    public int Score { get; init; }

    public string Comment { get; init; } = string.Empty;
}
