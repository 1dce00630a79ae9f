namespace Ordo.Sync.Testing.Tests.Resolvers;

/// <summary>What the resolvers of these tests reconcile.</summary>
public sealed record Stock
{
    public int Count { get; init; }

    public double Weight { get; init; }

    public string Remark { get; init; } = string.Empty;
}
