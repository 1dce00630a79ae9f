namespace Ordo.Sync.AspNetCore;

/// <summary>
/// How many bytes callers may bring over a time, beside the limits of single requests. Counted are pages of pushes as they unfold,
/// those sent again included; whoever has used less than a quota may bring one page more, so that no page is too large for one. What
/// is beyond is refused with 429 and the time to come again; a device keeps its writes, goes on reading, and pushes then.
/// </summary>
public sealed class HubQuotas
{
    /// <summary>The time over which is counted, sliding: 1 minute to 31 days. The default is one hour.</summary>
    public TimeSpan Window { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// The most bytes of one principal in all scopes together, chunks of blobs included (anonymous callers are one together; relays
    /// are not counted). Counted in memory: each instance of a hub counts its own, and a restart begins anew. At least 1 MiB;
    /// <see langword="null"/>, the default, bounds nothing.
    /// </summary>
    public long? PrincipalBytesMax { get; set; }

    /// <summary>
    /// The most bytes of one principal in one scope (relays are not counted). Counted in the store, by all instances together. At least
    /// 1 MiB; <see langword="null"/>, the default, bounds nothing.
    /// </summary>
    public long? PrincipalBytesPerScopeMax { get; set; }

    /// <summary>
    /// The most bytes that all callers together bring into one scope. Counted in the store, by all instances together. At least 1 MiB;
    /// <see langword="null"/>, the default, bounds nothing.
    /// </summary>
    public long? ScopeBytesMax { get; set; }
}
