namespace Ordo.Sync.Hub.Tests.Hosting;

/// <summary>What the devices of these tests write.</summary>
public sealed record Note
{
    public string Text { get; init; } = string.Empty;
}
