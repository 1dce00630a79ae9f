namespace Ordo.Sync.Benchmarks.Comparison;

/// <summary>What a sender of one's own would read: which record changed, in order.</summary>
internal sealed class OutboxRow
{
    public long Id { get; init; }

    public required string Key { get; init; }
}
