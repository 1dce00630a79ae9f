using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Ordo.Sync.Errors;

namespace Ordo.Sync.Http.Tokens;

/// <summary>
/// Holds the present access token and replaces it ahead of its expiry. Thread-safe: callers that come meanwhile wait for the
/// one fetch. Lives longer than the handlers that use it, which an <see cref="IHttpClientFactory"/> makes anew.
/// </summary>
public sealed class AccessTokenCache : IDisposable
{
    private readonly IAccessTokenProvider _provider;
    private readonly TimeSpan _refreshAhead;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _fetching = new(1, 1);
    private volatile AccessToken? _present;

    /// <summary>Makes a cache.</summary>
    /// <param name="provider">Fetches tokens.</param>
    /// <param name="refreshAhead">How long before its expiry a token is replaced. The default is one minute.</param>
    /// <param name="time">The clock; the system's by default.</param>
    /// <param name="logger">Takes events 4000 to 4099; none by default.</param>
    public AccessTokenCache(
        IAccessTokenProvider provider,
        TimeSpan? refreshAhead = null,
        TimeProvider? time = null,
        ILogger<AccessTokenCache>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(provider);
        _provider = provider;
        _refreshAhead = refreshAhead ?? TimeSpan.FromMinutes(1);
        ArgumentOutOfRangeException.ThrowIfLessThan(_refreshAhead, TimeSpan.Zero, nameof(refreshAhead));
        _time = time ?? TimeProvider.System;
        _logger = logger ?? NullLogger<AccessTokenCache>.Instance;
    }

    /// <summary>The token to use now.</summary>
    /// <param name="refused">A token that was refused: another one is fetched if it is still the present one.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="SyncException">No token could be had.</exception>
    public async ValueTask<AccessToken> GetAsync(
        AccessToken? refused = null, CancellationToken cancellationToken = default)
    {
        if (Usable(refused) is { } token)
        {
            return token;
        }

        await _fetching.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Whoever held the lock may have fetched it.
            return Usable(refused) ?? await FetchAsync(refused, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _fetching.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _fetching.Dispose();

    private AccessToken? Usable(AccessToken? refused) =>
        _present is { } token && token != refused && !(_time.GetUtcNow() >= token.ExpiresAt - _refreshAhead) ? token : null;

    private async ValueTask<AccessToken> FetchAsync(AccessToken? refused, CancellationToken cancellationToken)
    {
        try
        {
            AccessToken fresh = await _provider.FetchAsync(cancellationToken).ConfigureAwait(false);
            _present = fresh;
            TransportLog.TokenFetched(_logger, fresh.ExpiresAt);
            return fresh;
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Ahead of its expiry the present token still serves: an identity server that is down need not stop a sync.
            if (_present is { } token && token != refused && _time.GetUtcNow() < token.ExpiresAt)
            {
                TransportLog.RefreshFailed(_logger, token.ExpiresAt, exception);
                return token;
            }

            throw exception switch
            {
                SyncException => exception,
                HttpRequestException or OperationCanceledException => new SyncException(
                    SyncErrorCode.Unreachable,
                    $"No access token could be fetched: {exception.Message}",
                    innerException: exception),
                _ => new SyncException(
                    SyncErrorCode.Unauthorized,
                    $"No access token could be fetched: {exception.Message}",
                    "Sign in again; nothing is lost meanwhile.",
                    exception),
            };
        }
    }
}
