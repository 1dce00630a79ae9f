using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Ordo.Sync.Causality;
using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.Errors;

namespace Ordo.Sync.Engine.Blobs;

/// <summary>
/// The blobs' own background loop, beside that of records: a round of transfers at start, at each interval, and soon after
/// there is something to do; a collection once a day. Backs off like the other while the hub cannot be reached.
/// </summary>
internal sealed partial class BlobBackgroundService : BackgroundService
{
    private readonly BlobService _blobs;
    private readonly SyncOptions _options;
    private readonly TimeProvider _time;
    private readonly EntropySource _entropy;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _requested = new(0, 1);
    private long _collectedAt;

    public BlobBackgroundService(
        BlobService blobs,
        SyncOptions options,
        TimeProvider time,
        EntropySource entropy,
        ILogger<BlobBackgroundService>? logger)
    {
        _blobs = blobs;
        _options = options;
        _time = time;
        _entropy = entropy;
        _logger = logger ?? NullLogger<BlobBackgroundService>.Instance;
        _collectedAt = time.GetTimestamp();
    }

    public override void Dispose()
    {
        base.Dispose();
        _requested.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!_options.SyncsInBackground)
        {
            return;
        }

        _blobs.WorkAdded += Request;
        try
        {
            int failures = 0;
            while (true)
            {
                failures = await RunAsync(failures, stoppingToken).ConfigureAwait(false);
                await PauseAsync(failures, stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            LogStopped(_logger);
        }
        finally
        {
            _blobs.WorkAdded -= Request;
        }
    }

    private async ValueTask<int> RunAsync(int failures, CancellationToken cancellationToken)
    {
        try
        {
            BlobSyncReport report = await _blobs
                .RunRoundAsync(retriesAll: false, progress: null, cancellationToken).ConfigureAwait(false);
            if (report.UploadedCount + report.DownloadedCount > 0)
            {
                LogMoved(_logger, report.UploadedCount, report.DownloadedCount, report.BytesSent, report.BytesReceived);
            }

            if (_time.GetElapsedTime(_collectedAt) >= _blobs.Options.CollectInterval)
            {
                _collectedAt = _time.GetTimestamp();
                await _blobs.CollectAsync(cancellationToken).ConfigureAwait(false);
            }

            if (report.Error is null)
            {
                return 0;
            }

            LogIncomplete(_logger, report.Error.Code, report.Error.Message, report.Pending.Length);
            return failures + 1;
        }
        catch (SyncException exception)
        {
            LogFailed(_logger, exception, exception.Code);
            return failures + 1;
        }
    }

    private async ValueTask PauseAsync(int failures, CancellationToken cancellationToken)
    {
        if (failures > 0)
        {
            double ceiling = Math.Min(
                _blobs.Options.RetryDelayMax.TotalMilliseconds,
                _blobs.Options.RetryDelay.TotalMilliseconds * Math.Pow(2, Math.Min(failures - 1, 30)));
            double delay = Math.Max(ceiling / 10, ceiling * _entropy.NextDouble());
            await Task.Delay(TimeSpan.FromMilliseconds(delay), _time, cancellationToken).ConfigureAwait(false);
            return;
        }

        using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task interval = Task.Delay(_blobs.Options.ScanInterval, _time, pause.Token);
        await Task.WhenAny(interval, _requested.WaitAsync(pause.Token)).ConfigureAwait(false);
        await pause.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
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
            // Somebody else asked in the same moment: one round serves both.
        }
    }

    [LoggerMessage(1300, LogLevel.Information,
        "Blobs: {UploadedCount} sent, {DownloadedCount} fetched, {BytesSent} bytes out, {BytesReceived} in.")]
    private static partial void LogMoved(
        ILogger logger, int uploadedCount, int downloadedCount, long bytesSent, long bytesReceived);

    [LoggerMessage(1301, LogLevel.Information, "The round of blobs ended early ({Code}): {Reason} {PendingCount} transfers wait.")]
    private static partial void LogIncomplete(ILogger logger, SyncErrorCode code, string reason, int pendingCount);

    [LoggerMessage(1302, LogLevel.Error, "The round of blobs failed ({Code}); it will be tried again.")]
    private static partial void LogFailed(ILogger logger, Exception exception, SyncErrorCode code);

    [LoggerMessage(1303, LogLevel.Debug, "The blob lane stopped.")]
    private static partial void LogStopped(ILogger logger);
}
