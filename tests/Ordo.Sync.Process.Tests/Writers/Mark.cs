namespace Ordo.Sync.Process.Tests.Writers;

/// <summary>What a writing process writes.</summary>
public sealed record Mark
{
    /// <summary>Greater with every write of a writer.</summary>
    public long Value { get; init; }

    /// <summary>Something to fill pages with.</summary>
    public string Note { get; init; } = string.Empty;
}
