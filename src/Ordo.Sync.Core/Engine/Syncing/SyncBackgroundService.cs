using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Ordo.Sync.Causality;
using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.Engine.Live;
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
    private readonly SyncRequests _requests = new();
    private readonly LiveListener? _live;
    private TimeSpan? _retryAfter;

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
        _live = options.Live && engine.LiveTransport is { } transport
            ? new LiveListener(engine, transport, _requests, options, time, entropy, _logger)
            : null;
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await _engine.OpenAsync(cancellationToken).ConfigureAwait(false);
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    public override void Dispose()
    {
        base.Dispose();
        _requests.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!_options.SyncsInBackground || !_engine.HasTransport)
        {
            return;
        }

        _engine.SyncRequested += _requests.Request;
        using var listening = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        Task live = _live?.RunAsync(listening.Token) ?? Task.CompletedTask;
        try
        {
            int failures = 0;
            _requests.RequestAll(isUrgent: false);
            while (true)
            {
                failures = await SyncAsync(_requests.Take(), failures, stoppingToken).ConfigureAwait(false);
                await PauseAsync(failures, stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            LogStopped(_logger);
        }
        finally
        {
            _engine.SyncRequested -= _requests.Request;
            await listening.CancelAsync().ConfigureAwait(false);
            await live.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async ValueTask<int> SyncAsync(
        IReadOnlyCollection<string>? lanes, int failures, CancellationToken cancellationToken)
    {
        try
        {
            if (failures > 0)
            {
                _engine.HealthMonitor.OnRetry();
            }

            SyncReport report = await _engine.SyncAsync(lanes, progress: null, cancellationToken).ConfigureAwait(false);
            if (report.Error is null)
            {
                LogSynced(_logger, report.PushedCount, report.PulledCount, report.ConflictCount, report.Duration);
                return 0;
            }

            LogIncomplete(_logger, report.Status, report.Error.Code, report.Error.Message);

            // A scope at its quota waits by itself: the hub is well, and other scopes, and what is to be read, go on.
            _retryAfter = report.Scopes.Max(scope => scope.Error?.RetryAfter) ?? report.Error.RetryAfter;
            bool isHubWell = !report.Scopes.IsEmpty
                && report.Scopes.All(scope => scope.Error is null or { Code: SyncErrorCode.QuotaExceeded });
            return isHubWell ? 0 : failures + 1;
        }
        catch (SyncException exception)
        {
            LogFailed(_logger, exception, exception.Code);
            return failures + 1;
        }
    }

    // After a failure only time helps, or word from the hub: writes that ask for a sync would hammer one that is down.
    private async ValueTask PauseAsync(int failures, CancellationToken cancellationToken)
    {
        using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        TimeSpan wait = failures > 0 ? Backoff.Next(failures, _options, _entropy, _retryAfter)
            : _retryAfter is null ? _options.Interval
            : Min(_options.Interval, Backoff.Next(failures: 1, _options, _entropy, _retryAfter));
        _retryAfter = null;
        Task over = Task.Delay(wait, _time, pause.Token);
        Task request = failures > 0 ? _requests.WaitUrgentAsync(pause.Token) : _requests.WaitAsync(pause.Token);
        Task first = await Task.WhenAny(over, request).ConfigureAwait(false);
        await pause.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (first == over)
        {
            _requests.RequestAll(isUrgent: false);
        }
        else if (_live?.IsConnected != true)
        {
            await Task.Delay(_options.ImmediateDelay, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;

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
