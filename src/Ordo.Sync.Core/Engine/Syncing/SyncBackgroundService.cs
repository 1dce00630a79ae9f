using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Ordo.Sync.Causality;
using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.Engine.Live;
using Ordo.Sync.Errors;

namespace Ordo.Sync.Engine.Syncing;

/// <summary>
/// The one background loop: syncs at start, at each interval, and soon after a write that asks for it. After a failure of the hub it
/// backs off exponentially with full jitter, so that devices that lost a hub together do not return to it together; a scope that is
/// refused backs off by itself.
/// </summary>
internal sealed partial class SyncBackgroundService : BackgroundService
{
    private readonly SyncEngine _engine;
    private readonly SyncOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SyncSchedule _schedule;
    private readonly SyncRequests _requests = new();
    private readonly LiveListener? _live;

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
        _schedule = new SyncSchedule(options, time, entropy);
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

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => RunAsync(stoppingToken);

    /// <summary>The loop itself, on the thread of its caller until it first waits.</summary>
    internal async Task RunAsync(CancellationToken stoppingToken)
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
            _requests.RequestAll(isUrgent: false);
            while (true)
            {
                await SyncAsync(_requests.Take(), stoppingToken).ConfigureAwait(false);
                await PauseAsync(stoppingToken).ConfigureAwait(false);
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

    private async ValueTask SyncAsync(IReadOnlyCollection<string>? requested, CancellationToken cancellationToken)
    {
        string[] all = [.. _engine.LanesOf(scope: null).Select(lane => lane.Name)];
        if (_schedule.IsRetry)
        {
            _engine.HealthMonitor.OnRetry();
        }

        IReadOnlyCollection<string> lanes = _schedule.Choose(requested, all);
        if (lanes.Count == 0 && all.Length > 0)
        {
            return;
        }

        try
        {
            SyncReport report = await _engine
                .SyncAsync(lanes.Count == all.Length ? null : lanes, progress: null, cancellationToken).ConfigureAwait(false);
            _schedule.Note(report);
            if (report.Error is null)
            {
                LogSynced(_logger, report.PushedCount, report.PulledCount, report.ConflictCount, report.Duration);
            }
            else
            {
                LogIncomplete(_logger, report.Status, report.Error.Code, report.Error.Message);
            }
        }
        catch (SyncException exception)
        {
            _schedule.NoteFailure();
            LogFailed(_logger, exception, exception.Code);
        }
    }

    // After a failure of the hub only time helps, or word from it: writes that ask for a sync would hammer one that is down.
    private async ValueTask PauseAsync(CancellationToken cancellationToken)
    {
        using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task over = Task.Delay(_schedule.NextIn(), _time, pause.Token);
        Task request = _schedule.IsHubFailing ? _requests.WaitUrgentAsync(pause.Token) : _requests.WaitAsync(pause.Token);
        Task first = await Task.WhenAny(over, request).ConfigureAwait(false);

        // Nothing that takes time hangs on it, and it stays on this thread, which a simulated one must.
        pause.Cancel();
        cancellationToken.ThrowIfCancellationRequested();
        if (first == over)
        {
            RequestDue();
        }
        else if (_live?.IsConnected != true)
        {
            await Task.Delay(_options.ImmediateDelay, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    private void RequestDue()
    {
        IReadOnlyCollection<string>? due = _schedule.Due();
        if (due is null)
        {
            _requests.RequestAll(isUrgent: false);
            return;
        }

        foreach (string lane in due)
        {
            _requests.Request(lane);
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
