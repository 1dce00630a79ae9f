using Microsoft.Extensions.Diagnostics.HealthChecks;
using Ordo.Sync.Errors;
using Ordo.Sync.Storage;

namespace Ordo.Sync.AspNetCore.Health;

/// <summary>Whether a hub can serve: its store is open and answers a read.</summary>
internal sealed class HubHealthCheck(SyncHub hub) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (!hub.IsOpen)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, "The hub is starting.");
        }

        try
        {
            IStoreSnapshot snapshot = await hub.Store.ReadAsync(cancellationToken).ConfigureAwait(false);
            await snapshot.DisposeAsync().ConfigureAwait(false);
            return HealthCheckResult.Healthy("The hub's store answers.");
        }
        catch (SyncException exception)
        {
            // Without the message: it may name hosts and files, and health is often public.
            return new HealthCheckResult(context.Registration.FailureStatus, $"The hub's store does not answer: {exception.Code}.");
        }
    }
}
