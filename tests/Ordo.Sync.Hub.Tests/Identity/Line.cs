namespace Ordo.Sync.Hub.Tests.Identity;

/// <summary>What the devices of these tests keep.</summary>
public sealed record Line
{
    public string Text { get; init; } = string.Empty;
}
