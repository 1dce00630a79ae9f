namespace Ordo.Sync.Simulation.Tests.Workloads;

/// <summary>A record with a field of each conflict-free type beside a plain one.</summary>
public sealed record Card
{
    public string Title { get; init; } = string.Empty;

    public long Count { get; init; }

    public bool Flag { get; init; }

    public string Color { get; init; } = string.Empty;

    public HashSet<string> Tags { get; init; } = [];

    public List<string> Items { get; init; } = [];

    public string Body { get; init; } = string.Empty;

    public Dictionary<string, string> Labels { get; init; } = [];
}
