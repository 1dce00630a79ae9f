using Ordo.Sync.Diagnostics;

namespace Ordo.Sync.AspNetCore.Health;

/// <summary>When a hub counts as degraded, and when as unhealthy. A threshold that is <see langword="null"/> is not looked at.</summary>
public sealed class HubHealthThresholds
{
    /// <summary>How long a read of the store may take. The default is 1 second, unhealthy from 10 seconds on.</summary>
    public Threshold<TimeSpan>? ReadTime { get; set; } = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));

    /// <summary>How many bytes should be left on the store's volume. The default is 2 GiB, unhealthy from 256 MiB down.</summary>
    public Threshold<long>? FreeBytes { get; set; } = new(2L << 30, 256L << 20);

    /// <summary>How many devices may listen to changes at once. Not looked at by default.</summary>
    public Threshold<int>? LiveConnections { get; set; }

    /// <summary>
    /// How often the whole store is checked for damage, where it can be; the result counts until the next time. Never by default: it
    /// reads everything that is stored.
    /// </summary>
    public TimeSpan? VerifyStoreEvery { get; set; }
}
