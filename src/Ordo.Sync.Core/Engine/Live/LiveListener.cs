using Microsoft.Extensions.Logging;
using Ordo.Sync.Causality;
using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Errors;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Engine.Live;

/// <summary>
/// Keeps a live connection to the hub and asks for a sync of what changed there. A hub that knows none is polled at the interval,
/// as without this.
/// </summary>
internal sealed partial class LiveListener(
    SyncEngine engine,
    ILiveTransport transport,
    SyncRequests requests,
    SyncOptions options,
    TimeProvider time,
    EntropySource entropy,
    ILogger logger)
{
    private volatile bool _isConnected;

    /// <summary>Whether the hub tells of changes at the moment.</summary>
    public bool IsConnected => _isConnected;

    /// <summary>Listens until cancelled, or until it turns out that the hub knows no live updates.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        int failures = 0;
        while (true)
        {
            try
            {
                await ListenAsync(() => failures = 0, cancellationToken).ConfigureAwait(false);
            }
            catch (SyncException exception) when (exception.Code == SyncErrorCode.NotFound)
            {
                LogUnsupported(logger);
                return;
            }
            catch (SyncException exception)
            {
                failures++;
                LogBroken(logger, exception.Code, exception.Message);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // A transport of the app's own may throw what it likes; live updates are a help, nothing depends on them.
                failures++;
                LogFailed(logger, exception);
            }
            finally
            {
                _isConnected = false;
                engine.HealthMonitor.OnLive(isLive: false);
            }

            if (failures > 0)
            {
                TimeSpan pause = Backoff.Next(failures, options, entropy);
                await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // Ends when the hub ends it, or when the device's scopes change: then it is made anew at once.
    private async Task ListenAsync(Action onConnected, CancellationToken cancellationToken)
    {
        using var listening = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken, engine.SubscriptionsChanging);
        try
        {
            await foreach (string lane in transport
                .ListenAsync(engine.DescribeListener(), listening.Token).ConfigureAwait(false))
            {
                if (lane.Length > 0)
                {
                    engine.HealthMonitor.OnAnnounced(lane);
                    engine.RequestSync(lane);
                    continue;
                }

                onConnected();
                _isConnected = true;
                engine.HealthMonitor.OnLive(isLive: true);
                requests.RequestAll(isUrgent: true);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            LogScopesChanged(logger);
        }
    }

    [LoggerMessage(1011, LogLevel.Information, "The hub knows no live updates; changes there are found at the interval.")]
    private static partial void LogUnsupported(ILogger logger);

    [LoggerMessage(1012, LogLevel.Information, "The live connection ended ({Code}); it will be made again: {Reason}")]
    private static partial void LogBroken(ILogger logger, SyncErrorCode code, string reason);

    [LoggerMessage(1014, LogLevel.Error, "The live connection failed; it will be made again.")]
    private static partial void LogFailed(ILogger logger, Exception exception);

    [LoggerMessage(1013, LogLevel.Debug, "The live connection is made anew, for other scopes.")]
    private static partial void LogScopesChanged(ILogger logger);
}
