namespace Ordo.Sync.Http.Tokens;

/// <summary>
/// Fetches access tokens from wherever the app gets them: an identity server, a device's own credentials. It need not cache:
/// it is called when a token is missing, about to expire, or was refused; one call at a time.
/// </summary>
public interface IAccessTokenProvider
{
    /// <summary>Fetches a fresh token.</summary>
    /// <remarks>
    /// An <see cref="HttpRequestException"/> counts as "cannot be reached"; any other exception as "wants other credentials". A sync
    /// that fails for either is tried again later, and no write is lost.
    /// </remarks>
    ValueTask<AccessToken> FetchAsync(CancellationToken cancellationToken = default);
}
