using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Ordo.Sync.Causality;
using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.Errors;

namespace Ordo.Sync.Engine.Syncing;

/// <summary>
/// The one background loop: syncs at start, at each interval, and soon after a write that asks for it. After a failure it backs
/// off exponentially with full jitter, so that devices that lost a hub together do not return to it together.
/// </summary>
internal sealed partial class SyncBackgroundService : BackgroundService
{
    private readonly SyncEngine _engine;
    private readonly SyncOptions _options;
    private readonly TimeProvider _time;
    private readonly EntropySource _entropy;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _requested = new(0, 1);

    public SyncBackgroundService(
        SyncEngine engine,
        SyncOptions options,
        TimeProvider time,
        EntropySource entropy,
        ILogger<SyncBackgroundService>? logger)
    {
        _engine = engine;
        _options = options;
        _time = time;
        _entropy = entropy;
        _logger = logger ?? NullLogger<SyncBackgroundService>.Instance;
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await _engine.OpenAsync(cancellationToken).ConfigureAwait(false);
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    public override void Dispose()
    {
        base.Dispose();
        _requested.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!_options.SyncsInBackground || !_engine.HasTransport)
        {
            return;
        }

        _engine.SyncRequested += Request;
        try
        {
            int failures = 0;
            while (true)
            {
                failures = await SyncAsync(failures, stoppingToken).ConfigureAwait(false);
                await PauseAsync(failures, stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            LogStopped(_logger);
        }
        finally
        {
            _engine.SyncRequested -= Request;
        }
    }

    private async ValueTask<int> SyncAsync(int failures, CancellationToken cancellationToken)
    {
        try
        {
            SyncReport report = await _engine.SyncAsync(progress: null, cancellationToken).ConfigureAwait(false);
            if (report.Error is null)
            {
                LogSynced(_logger, report.PushedCount, report.PulledCount, report.ConflictCount, report.Duration);
                return 0;
            }

            LogIncomplete(_logger, report.Status, report.Error.Code, report.Error.Message);
            return failures + 1;
        }
        catch (SyncException exception)
        {
            LogFailed(_logger, exception, exception.Code);
            return failures + 1;
        }
    }

    // After a failure only time helps: writes that ask for a sync would hammer a hub that is down.
    private async ValueTask PauseAsync(int failures, CancellationToken cancellationToken)
    {
        if (failures > 0)
        {
            double ceiling = Math.Min(
                _options.RetryDelayMax.TotalMilliseconds,
                _options.RetryDelay.TotalMilliseconds * Math.Pow(2, Math.Min(failures - 1, 30)));
            double delay = Math.Max(ceiling / 10, ceiling * _entropy.NextDouble());
            await Task.Delay(TimeSpan.FromMilliseconds(delay), _time, cancellationToken).ConfigureAwait(false);
            return;
        }

        using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task interval = Task.Delay(_options.Interval, _time, pause.Token);
        Task request = _requested.WaitAsync(pause.Token);
        Task first = await Task.WhenAny(interval, request).ConfigureAwait(false);
        await pause.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (first == request)
        {
            await Task.Delay(_options.ImmediateDelay, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    private void Request()
    {
        try
        {
            if (_requested.CurrentCount == 0)
            {
                _requested.Release();
            }
        }
        catch (SemaphoreFullException)
        {
            // Another write asked in the same moment: one sync serves both.
        }
    }

    [LoggerMessage(1001, LogLevel.Information,
        "Synced: {PushedCount} records pushed, {PulledCount} pulled, {ConflictCount} conflicts, in {Duration}.")]
    private static partial void LogSynced(
        ILogger logger, int pushedCount, int pulledCount, int conflictCount, TimeSpan duration);

    [LoggerMessage(1002, LogLevel.Information, "Sync ended as {Status} ({Code}): {Reason}")]
    private static partial void LogIncomplete(ILogger logger, SyncStatus status, SyncErrorCode code, string reason);

    [LoggerMessage(1003, LogLevel.Error, "Sync failed ({Code}); it will be tried again.")]
    private static partial void LogFailed(ILogger logger, Exception exception, SyncErrorCode code);

    [LoggerMessage(1004, LogLevel.Debug, "Background sync stopped.")]
    private static partial void LogStopped(ILogger logger);
}
