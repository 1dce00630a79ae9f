using Microsoft.Extensions.Diagnostics.HealthChecks;
using Ordo.Sync.AspNetCore;
using Ordo.Sync.AspNetCore.Endpoints;
using Ordo.Sync.AspNetCore.Health;

#pragma warning disable IDE0130 // Extensions of the health checks' builder stand where apps find them without a using.
namespace Microsoft.Extensions.DependencyInjection;
#pragma warning restore IDE0130

/// <summary>Adds the health check of a hub.</summary>
public static class OrdoSyncHubHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds a check of the hub that <c>AddOrdoSyncHub</c> registers: its store, its disk, its live connections. For the readiness of
    /// an instance behind a load balancer, not for its liveness: a database that is away does not come back by starting hubs again.
    /// </summary>
    /// <param name="builder">The app's health checks.</param>
    /// <param name="configure">Sets thresholds.</param>
    /// <param name="name">What the check is called.</param>
    /// <param name="failureStatus">What unhealthy is reported as; <see cref="HealthStatus.Unhealthy"/> by default.</param>
    /// <param name="tags">Tags of the check, to select it by.</param>
    public static IHealthChecksBuilder AddOrdoSyncHub(
        this IHealthChecksBuilder builder,
        Action<HubHealthThresholds>? configure = null,
        string name = "ordo-sync-hub",
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var thresholds = new HubHealthThresholds();
        configure?.Invoke(thresholds);

        // Made once, not for every look: it keeps what the last check of the store has found.
        IHealthCheck? check = null;
        return builder.Add(new HealthCheckRegistration(
            name,
            services => LazyInitializer.EnsureInitialized(ref check, () => new HubHealthCheck(
                services.GetRequiredService<SyncHub>(),
                services.GetRequiredService<LiveEndpoint>(),
                thresholds,
                services.GetRequiredService<TimeProvider>())),
            failureStatus,
            tags));
    }
}
