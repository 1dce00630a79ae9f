namespace Ordo.Sync.Simulation.Tests.Workloads;

/// <summary>What devices keep under each strategy.</summary>
public sealed record Note
{
    public string Text { get; init; } = string.Empty;

    public int Score { get; init; }
}
