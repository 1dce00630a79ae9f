namespace Ordo.Sync.Replication.Admission;

/// <summary>
/// How many bytes of changes callers may bring into one scope over a window. Counted in the store, with the pages that are taken and
/// in their transactions: exact also where several processes answer from one store, and after a restart.
/// </summary>
public sealed record ScopeQuota
{
    /// <summary>The length of the window. The default is one hour.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// The most bytes of one principal into one scope; relays, who carry for others, are not bounded by it. <see langword="null"/>,
    /// the default, bounds nothing.
    /// </summary>
    public long? PrincipalBytesMax { get; init; }

    /// <summary>The most bytes into one scope from all together. <see langword="null"/>, the default, bounds nothing.</summary>
    public long? ScopeBytesMax { get; init; }
}
