namespace Ordo.Sync.Strategies.Tests.Worlds;

/// <summary>What the devices of these tests keep.</summary>
public sealed record Note
{
    public string Text { get; init; } = string.Empty;

    public int Score { get; init; }
}
