using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Blobs;

namespace Ordo.Sync.AspNetCore.Blobs;

/// <summary>Opens the hub's blobs before the web server starts, and collects what nothing refers to from time to time.</summary>
internal sealed class HubBlobService(
    HubBlobs blobs, IOptions<HubBlobOptions> options, TimeProvider time, ILogger<HubBlobService> logger)
    : BackgroundService, IHostedLifecycleService
{
    // As the record store: open before the first request, and in the order in which both were registered.
    public Task StartingAsync(CancellationToken cancellationToken) => blobs.OpenAsync(cancellationToken).AsTask();

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

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
            BlobCollection done = await blobs.Responder.Collector
                .RunAsync(options.Value.Grace, cancellationToken).ConfigureAwait(false);
            HubLog.BlobsCollected(logger, done.DetachedCount, done.RemovedCount, done.ChunkBytes, done.WantedCount);
        }
        catch (SyncException exception)
        {
            HubLog.CollectionFailed(logger, exception);
        }
    }
}
