namespace Ordo.Sync.Crash.Tests.Worlds;

/// <summary>What the devices of these tests keep.</summary>
public sealed record Grade
{
    public string Student { get; init; } = string.Empty;

    public int Score { get; init; }

    public string Comment { get; init; } = string.Empty;
}
