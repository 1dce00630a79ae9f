namespace Ordo.Sync.Simulation.Tests.Workloads;

/// <summary>The same collection as a newer version of the app knows it: a field more, which the older one keeps.</summary>
public sealed record NewerNote
{
    public string Text { get; init; } = string.Empty;

    public int Score { get; init; }

    public string Remark { get; init; } = string.Empty;
}
