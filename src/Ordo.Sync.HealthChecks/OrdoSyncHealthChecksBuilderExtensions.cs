using Microsoft.Extensions.Diagnostics.HealthChecks;
using Ordo.Sync.Engine;
using Ordo.Sync.HealthChecks;

#pragma warning disable IDE0130 // Extensions of the health checks' builder stand where apps find them without a using.
namespace Microsoft.Extensions.DependencyInjection;
#pragma warning restore IDE0130

/// <summary>Adds the health check of a device's sync.</summary>
public static class OrdoSyncHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds a check of the sync engine that <c>AddOrdoSync</c> registers: what waits and for how long, failed syncs, the clock, the
    /// disk, the stores.
    /// </summary>
    /// <param name="builder">The host's health checks.</param>
    /// <param name="configure">Sets thresholds.</param>
    /// <param name="name">What the check is called.</param>
    /// <param name="failureStatus">What unhealthy is reported as; <see cref="HealthStatus.Unhealthy"/> by default.</param>
    /// <param name="tags">Tags of the check, to select it by.</param>
    public static IHealthChecksBuilder AddOrdoSync(
        this IHealthChecksBuilder builder,
        Action<SyncHealthThresholds>? configure = null,
        string name = "ordo-sync",
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var thresholds = new SyncHealthThresholds();
        configure?.Invoke(thresholds);

        // Made once, not for every look: it keeps what the last check of the stores has found.
        IHealthCheck? check = null;
        return builder.Add(new HealthCheckRegistration(
            name,
            services => LazyInitializer.EnsureInitialized(ref check, () => new DeviceHealthCheck(
                services.GetRequiredService<ISyncEngine>(), thresholds, services.GetRequiredService<TimeProvider>())),
            failureStatus,
            tags));
    }
}
