using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Ordo.Sync.Errors;

namespace Ordo.Sync.AspNetCore.Administration;

/// <summary>Has the hub forget deletes from time to time.</summary>
internal sealed class ForgettingService(
    IHubAdministration administration, IOptions<HubOptions> options, TimeProvider time, ILogger<ForgettingService> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.CollectInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                await CollectAsync(stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; a collection that was under way goes on with the next.
        }
    }

    private async ValueTask CollectAsync(CancellationToken cancellationToken)
    {
        try
        {
            await administration.CollectTombstonesAsync(scope: null, cancellationToken).ConfigureAwait(false);
        }
        catch (SyncException exception)
        {
            HubLog.ForgettingFailed(logger, exception);
        }
    }
}
