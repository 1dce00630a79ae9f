using Ordo.Sync.Causality;

namespace Ordo.Sync.PostgreSql.Driver;

/// <summary>
/// Hybrid timestamps as <c>bigint</c>: their 64 bits with the first one flipped, so that SQL's signed order is theirs.
/// </summary>
internal static class SqlTime
{
    public static long ToInt64(HybridTimestamp timestamp) => unchecked((long)(timestamp.Value ^ (1UL << 63)));

    public static HybridTimestamp FromInt64(long value) => new(unchecked((ulong)value) ^ (1UL << 63));
}
