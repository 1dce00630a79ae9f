using Microsoft.Extensions.Diagnostics.HealthChecks;
using Ordo.Sync.AspNetCore;
using Ordo.Sync.AspNetCore.Health;

#pragma warning disable IDE0130 // Registration methods stand where every host looks for them.
namespace Microsoft.Extensions.DependencyInjection;
#pragma warning restore IDE0130

/// <summary>Adds a hub to an app's health checks.</summary>
public static class OrdoSyncHubHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds a check whether the hub can serve: whether its store is open and answers. For the readiness of an instance behind a load
    /// balancer, not for its liveness: a database that is away does not come back by starting hubs again.
    /// </summary>
    /// <param name="builder">The app's health checks.</param>
    /// <param name="name">What the check is called. The default is <c>ordo-sync-hub</c>.</param>
    /// <param name="failureStatus">What its failure means; unhealthy by default.</param>
    /// <param name="tags">Tags to choose it by.</param>
    public static IHealthChecksBuilder AddOrdoSyncHub(
        this IHealthChecksBuilder builder,
        string name = "ordo-sync-hub",
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(new HealthCheckRegistration(
            name, provider => new HubHealthCheck(provider.GetRequiredService<SyncHub>()), failureStatus, tags));
    }
}
