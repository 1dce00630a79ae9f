using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Transfer;

namespace Ordo.Sync.AspNetCore.Administration;

/// <summary>Has the hub forget deletes, and transfers that nobody goes on with, from time to time.</summary>
internal sealed class ForgettingService(
    SyncHub hub,
    IHubAdministration administration,
    IOptions<HubOptions> options,
    TimeProvider time,
    ILogger<ForgettingService> logger) : BackgroundService
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
            DateTimeOffset since = time.GetUtcNow() - options.Value.StagedTransferLifetime;
            int discarded = await StagedTransfers.SweepAsync(hub.Store, since, cancellationToken).ConfigureAwait(false);
            if (discarded > 0)
            {
                HubLog.DiscardedTransfers(logger, discarded);
            }
        }
        catch (SyncException exception)
        {
            HubLog.ForgettingFailed(logger, exception);
        }
    }
}
