using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.Engine.Resources;
using Ordo.Sync.Http;
using Ordo.Sync.Http.DependencyInjection;
using Ordo.Sync.Http.Tokens;
using Ordo.Sync.Transport;

#pragma warning disable IDE0130 // Registration methods stand where every host looks for them.
namespace Microsoft.Extensions.DependencyInjection;
#pragma warning restore IDE0130

/// <summary>Registers the HTTP transport with a host.</summary>
public static class HttpTransportServiceCollectionExtensions
{
    /// <summary>The name of the transport's client at the <see cref="IHttpClientFactory"/>.</summary>
    public const string ClientName = "Ordo.Sync";

    /// <summary>Syncs a device with a hub over HTTP. The builder it returns adds handlers: credentials, resilience, a proxy.</summary>
    /// <param name="builder">The device's engine.</param>
    /// <param name="hub">The address that the hub is mapped to, as in <c>https://hub.example.edu/sync</c>.</param>
    /// <param name="configure">Sets further options.</param>
    public static IHttpClientBuilder UseHttp(
        this OrdoSyncBuilder builder, Uri hub, Action<HttpTransportOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.UseTransport(provider => provider.GetRequiredService<ISyncTransport>());
        return builder.Services.AddOrdoSyncHttpTransport(hub, configure);
    }

    /// <summary>
    /// Registers an <see cref="ISyncTransport"/> and an <see cref="IBlobTransport"/> that reach a hub over HTTP. The builder it
    /// returns adds handlers: credentials (<see cref="AddAccessTokens{TProvider}"/>), resilience, a proxy.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="hub">The address that the hub is mapped to, as in <c>https://hub.example.edu/sync</c>.</param>
    /// <param name="configure">Sets further options; what they are before comes from the device's resource profile.</param>
    public static IHttpClientBuilder AddOrdoSyncHttpTransport(
        this IServiceCollection services, Uri hub, Action<HttpTransportOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(hub);
        services.AddOptions<HttpTransportOptions>()
            .Configure<IServiceProvider>((options, provider) =>
            {
                if (provider.GetService<ResourceProfile>() is { IsCompact: true } profile)
                {
                    options.CompressRequestsFromBytes = profile.CompressFromBytes;
                    options.CompressionQuality = profile.CompressionQuality;
                }

                options.BaseAddress = hub;
                configure?.Invoke(options);
            })
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<HttpTransportOptions>, HttpTransportOptionsValidator>();
        services.AddSingleton<ISyncTransport>(provider => new HttpSyncTransport(
            provider.GetRequiredService<IHttpClientFactory>(),
            ClientName,
            provider.GetRequiredService<IOptions<HttpTransportOptions>>().Value,
            provider.GetService<TimeProvider>(),
            provider.GetService<ILogger<HttpSyncTransport>>()));

        services.AddSingleton<IBlobTransport>(provider => new HttpBlobTransport(
            provider.GetRequiredService<IHttpClientFactory>(),
            ClientName,
            provider.GetRequiredService<IOptions<HttpTransportOptions>>().Value,
            provider.GetService<TimeProvider>(),
            provider.GetService<ILogger<HttpBlobTransport>>()));

        // The transports bound a round trip themselves.
        return services.AddHttpClient(ClientName, client => client.Timeout = Timeout.InfiniteTimeSpan);
    }

    /// <summary>Puts bearer tokens on the transport's requests: refreshed ahead of their expiry, and once after a 401.</summary>
    /// <typeparam name="TProvider">Fetches the tokens; a singleton.</typeparam>
    /// <param name="builder">The transport's client.</param>
    /// <param name="refreshAhead">How long before its expiry a token is replaced. The default is one minute.</param>
    public static IHttpClientBuilder AddAccessTokens<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TProvider>(
        this IHttpClientBuilder builder, TimeSpan? refreshAhead = null)
        where TProvider : class, IAccessTokenProvider
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton<IAccessTokenProvider, TProvider>();
        builder.Services.AddSingleton(provider => new AccessTokenCache(
            provider.GetRequiredService<IAccessTokenProvider>(),
            refreshAhead,
            provider.GetService<TimeProvider>(),
            provider.GetService<ILogger<AccessTokenCache>>()));
        return builder.AddHttpMessageHandler(provider => new BearerTokenHandler(
            provider.GetRequiredService<AccessTokenCache>(), provider.GetService<ILogger<BearerTokenHandler>>()));
    }
}
