namespace Ordo.Sync.Causality;

/// <summary>
/// The rule of the hybrid logical clock, pure: the next timestamp of a store that stands at <c>last</c> when its
/// physical clock shows <c>now</c>. The store persists the result in the transaction of the write it stamps.
/// </summary>
public static class HybridLogicalClock
{
    /// <summary>
    /// The stamp of a new version: max(physical, last + 1, overwritten + 1), so it is greater than every stamp the store
    /// has issued or received and than all that it overwrites.
    /// </summary>
    public static HybridTimestamp Tick(
        HybridTimestamp last, DateTimeOffset now, HybridTimestamp overwritten = default)
    {
        long milliseconds = Math.Clamp(now.ToUnixTimeMilliseconds(), 0, (1L << 48) - 1);
        HybridTimestamp physical = HybridTimestamp.FromUnixMilliseconds(milliseconds);
        return HybridTimestamp.Max(physical, HybridTimestamp.Max(last, overwritten).Next());
    }
}
