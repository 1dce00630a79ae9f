namespace Ordo.Sync.Core.Tests.Engine;

/// <summary>What the tests' devices keep.</summary>
public sealed record Note
{
    public string Text { get; init; } = string.Empty;

    public int Score { get; init; }
}
