namespace Ordo.Sync.Observability.Tests.Hosting;

/// <summary>What the tests' devices keep.</summary>
public sealed record Note
{
    public string Text { get; init; } = string.Empty;
}
