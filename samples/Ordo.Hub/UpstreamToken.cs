using Ordo.Sync.Http.Tokens;

namespace Ordo.Hub;

/// <summary>Shows the configured token to the hub above.</summary>
internal sealed class UpstreamToken(HubSettings settings) : IAccessTokenProvider
{
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromHours(1);

    public ValueTask<AccessToken> FetchAsync(CancellationToken cancellationToken = default) =>
        new(new AccessToken(settings.Upstream.Token, DateTimeOffset.UtcNow + AskAgainAfter));
}
