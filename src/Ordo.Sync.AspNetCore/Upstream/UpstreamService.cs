using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Ordo.Sync.Causality;
using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Live;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Transport;

namespace Ordo.Sync.AspNetCore.Upstream;

/// <summary>
/// Keeps a hub in sync with the hub above it, in the background: at once what changed on either side, everything at an interval,
/// and after failures with a jittered back-off. Nothing of this hub waits for it.
/// </summary>
internal sealed class UpstreamService : BackgroundService
{
    private readonly SyncHub _hub;
    private readonly ISyncTransport _transport;
    private readonly UpstreamOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<UpstreamService> _logger;
    private readonly UpstreamSync _sync;
    private readonly UpstreamScopes _scopes;
    private readonly UpstreamQueue _queue = new();
    private volatile CancellationTokenSource? _listening;
    private volatile int _listenedCount;

    public UpstreamService(
        SyncHub hub,
        ISyncTransport transport,
        IOptions<UpstreamOptions> options,
        TimeProvider time,
        ILogger<UpstreamService> logger)
    {
        _hub = hub;
        _transport = transport;
        _options = options.Value;
        _time = time;
        _logger = logger;
        _sync = new UpstreamSync(hub, transport, time, logger);
        _scopes = new UpstreamScopes(hub.Store, _options);
    }

    public override void Dispose()
    {
        base.Dispose();
        _listening?.Dispose();
        _queue.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _hub.Changed += OnChanged;
        _hub.Asked += OnAsked;
        try
        {
            await Task.WhenAll(SyncAsync(stoppingToken), ListenAsync(stoppingToken)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; what was under way goes on at the next start.
        }
        finally
        {
            _hub.Changed -= OnChanged;
            _hub.Asked -= OnAsked;
        }
    }

    private void OnChanged(ScopeChange change)
    {
        if (change.Origin.IsEmpty || change.Origin != _sync.Peer)
        {
            _queue.Request(change.Scope);
        }
    }

    private void OnAsked(string scope)
    {
        if (_scopes.TryAdd(scope))
        {
            _queue.Request(scope);
        }
    }

    private async Task SyncAsync(CancellationToken cancellationToken)
    {
        int failures = 0;
        _queue.RequestAll();
        while (true)
        {
            IReadOnlyCollection<string>? asked = await _queue.TakeAsync(_options.Interval, cancellationToken).ConfigureAwait(false);
            try
            {
                await SyncAsync(asked, cancellationToken).ConfigureAwait(false);
                failures = 0;
            }
            catch (SyncException exception)
            {
                failures++;
                UpstreamLog.Failed(_logger, _transport.PeerName, exception.Code, exception.Message);
                await PauseAsync(failures, cancellationToken).ConfigureAwait(false);

                // Also what was asked for: it is not known how far it came.
                _queue.RequestAll();
            }
        }
    }

    private async ValueTask SyncAsync(IReadOnlyCollection<string>? asked, CancellationToken cancellationToken)
    {
        if (asked is null)
        {
            await _scopes.LoadAsync(cancellationToken).ConfigureAwait(false);
        }
        else
        {
            foreach (string scope in asked)
            {
                _scopes.TryAdd(scope);
            }

            await _scopes.SaveAsync(asked, cancellationToken).ConfigureAwait(false);
        }

        // A live connection tells of the scopes it was made for.
        if (_scopes.Count != _listenedCount && _listening is { } listening)
        {
            await listening.CancelAsync().ConfigureAwait(false);
        }

        await _sync.RunAsync(asked ?? _scopes.All(), cancellationToken).ConfigureAwait(false);
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        if (_transport is not ILiveTransport live)
        {
            return;
        }

        int failures = 0;
        while (true)
        {
            using var listening = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            _listening = listening;
            try
            {
                string[] scopes = _scopes.All();
                _listenedCount = scopes.Length;
                await foreach (string scope in live
                    .ListenAsync(new ListenRequest([_hub.Store.Replica], [.. scopes]), listening.Token).ConfigureAwait(false))
                {
                    failures = 0;
                    Request(scope);
                }
            }
            catch (SyncException exception) when (exception.Code == SyncErrorCode.NotFound)
            {
                // The hub above knows no live updates: the interval finds its changes.
                return;
            }
            catch (SyncException exception)
            {
                UpstreamLog.LiveEnded(_logger, _transport.PeerName, exception.Code);
                await PauseAsync(++failures, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // Made anew at once, for other scopes.
            }
            finally
            {
                _listening = null;
            }
        }
    }

    private void Request(string scope)
    {
        if (scope.Length == 0)
        {
            _queue.RequestAll();
        }
        else
        {
            _queue.Request(scope);
        }
    }

    // Exponential with full jitter: hubs that lost the one above together do not return to it together.
    private Task PauseAsync(int failures, CancellationToken cancellationToken)
    {
        const int DoublingsMax = 20;
        double ceiling = Math.Min(
            _options.RetryDelayMax.TotalMilliseconds,
            _options.RetryDelay.TotalMilliseconds * Math.Pow(2, Math.Min(failures - 1, DoublingsMax)));
        double pause = Math.Max(ceiling / 10, ceiling * EntropySource.System.NextDouble());
        return Task.Delay(TimeSpan.FromMilliseconds(pause), _time, cancellationToken);
    }
}
