namespace Ordo.Sync.Engine.Health;

/// <summary>How long the last syncs took, up to 128 of them, completed or not.</summary>
/// <param name="Count">How many there were.</param>
/// <param name="Median">Half took no longer.</param>
/// <param name="P99">All but one in a hundred took no longer.</param>
/// <param name="Max">None took longer.</param>
public sealed record LatencySummary(int Count, TimeSpan Median, TimeSpan P99, TimeSpan Max)
{
    /// <summary>Where there was no sync yet.</summary>
    public static LatencySummary None { get; } = new(0, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero);
}
