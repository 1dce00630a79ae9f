using Ordo.Sync.Diagnostics;

namespace Ordo.Sync.HealthChecks;

/// <summary>
/// When a device's sync counts as degraded, and when as unhealthy. A threshold that is <see langword="null"/> is not looked at.
/// </summary>
public sealed class SyncHealthThresholds
{
    /// <summary>How long the oldest write may wait for the hub. The default is 1 hour, unhealthy from 1 day on.</summary>
    public Threshold<TimeSpan>? PendingAge { get; set; } = new(TimeSpan.FromHours(1), TimeSpan.FromDays(1));

    /// <summary>How many writes may wait for the hub. The default is 10,000, unhealthy from 100,000 on.</summary>
    public Threshold<long>? PendingCount { get; set; } = new(10_000, 100_000);

    /// <summary>
    /// How many syncs in a row may fail. The default is 3, unhealthy from 20 on. Being offline does not count unless
    /// <see cref="CountsOffline"/> says so.
    /// </summary>
    public Threshold<int>? FailuresInARow { get; set; } = new(3, 20);

    /// <summary>Whether a sync that could not reach the hub counts as failed. The default is no: a device may be offline.</summary>
    public bool CountsOffline { get; set; }

    /// <summary>How long ago all that the hub had may have been held. Not looked at by default: a device may be offline.</summary>
    public Threshold<TimeSpan>? Lag { get; set; }

    /// <summary>
    /// How far this device's clock may be from the hub's. The default is 1 minute, unhealthy from 1 hour on. Sync corrects for it;
    /// a clock that is so wrong is wrong for the rest of the device too.
    /// </summary>
    public Threshold<TimeSpan>? ClockSkew { get; set; } = new(TimeSpan.FromMinutes(1), TimeSpan.FromHours(1));

    /// <summary>How many bytes should be left on a store's volume. The default is 512 MiB, unhealthy from 64 MiB down.</summary>
    public Threshold<long>? FreeBytes { get; set; } = new(512L << 20, 64L << 20);

    /// <summary>
    /// How often the whole of each store is checked for damage, where it can be; the result counts until the next time. Never by
    /// default: it reads everything that is stored.
    /// </summary>
    public TimeSpan? VerifyStoresEvery { get; set; }
}
