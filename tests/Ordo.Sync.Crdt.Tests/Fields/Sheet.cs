namespace Ordo.Sync.Crdt.Tests.Fields;

/// <summary>A record that mixes plain and conflict-free fields.</summary>
public sealed record Sheet
{
    public string Title { get; init; } = string.Empty;

    public long Present { get; init; }

    public bool Open { get; init; }

    public string? Room { get; init; }

    public HashSet<string> Tags { get; init; } = [];

    public List<string> Items { get; init; } = [];

    public string Notes { get; init; } = string.Empty;

    public Dictionary<string, long> Marks { get; init; } = [];
}
