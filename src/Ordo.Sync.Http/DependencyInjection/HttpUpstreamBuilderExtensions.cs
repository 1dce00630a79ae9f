using Ordo.Sync.Http;
using Ordo.Sync.Transport;

#pragma warning disable IDE0130 // Registration methods stand where every host looks for them.
namespace Microsoft.Extensions.DependencyInjection;
#pragma warning restore IDE0130

/// <summary>Puts a hub below another one.</summary>
public static class HttpUpstreamBuilderExtensions
{
    /// <summary>
    /// Syncs this hub with a hub above it over HTTP, in the background: at once where both are online, and when they are so again
    /// where they were not. The hub above must give it the rights to read, write and relay. The builder it returns adds
    /// credentials: <see cref="HttpTransportServiceCollectionExtensions.AddAccessTokens{TProvider}"/>.
    /// </summary>
    /// <param name="builder">The hub.</param>
    /// <param name="upstream">The address that the hub above is mapped to, as in <c>https://hub.example.edu/sync</c>.</param>
    /// <param name="configure">Sets further options of the transport.</param>
    public static IHttpClientBuilder SyncWith(
        this IUpstreamBuilder builder, Uri upstream, Action<HttpTransportOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.UseUpstream(provider => provider.GetRequiredService<ISyncTransport>());
        return builder.Services.AddOrdoSyncHttpTransport(upstream, configure);
    }
}
