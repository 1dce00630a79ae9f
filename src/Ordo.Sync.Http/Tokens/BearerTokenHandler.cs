using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ordo.Sync.Http.Tokens;

/// <summary>
/// Puts a bearer token on each request (RFC 6750). A 401 is answered once with a fresh token: the hub may have revoked the
/// present one before its time. Send tokens over https only, except on a loopback address.
/// </summary>
/// <param name="tokens">Where tokens come from; stays its caller's to dispose.</param>
/// <param name="logger">Takes events 4000 to 4099; none by default.</param>
public sealed class BearerTokenHandler(AccessTokenCache tokens, ILogger<BearerTokenHandler>? logger = null)
    : DelegatingHandler
{
    private readonly ILogger _logger = logger ?? NullLogger<BearerTokenHandler>.Instance;

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        AccessToken token = await tokens.GetAsync(refused: null, cancellationToken).ConfigureAwait(false);
        HttpResponseMessage response = await SendAsync(request, token, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.Unauthorized)
        {
            return response;
        }

        AccessToken fresh;
        try
        {
            fresh = await tokens.GetAsync(token, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            response.Dispose();
            throw;
        }

        if (fresh == token)
        {
            return response;
        }

        response.Dispose();
        TransportLog.TokenRefused(_logger, request.RequestUri?.Host ?? string.Empty);
        return await SendAsync(request, fresh, cancellationToken).ConfigureAwait(false);
    }

    private Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, AccessToken token, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Value);
        return base.SendAsync(request, cancellationToken);
    }
}
