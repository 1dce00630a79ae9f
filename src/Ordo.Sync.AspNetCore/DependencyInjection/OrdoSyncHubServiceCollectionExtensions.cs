using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Ordo.Sync.AspNetCore;
using Ordo.Sync.AspNetCore.Administration;
using Ordo.Sync.AspNetCore.Authorization;
using Ordo.Sync.AspNetCore.Blobs;
using Ordo.Sync.AspNetCore.Endpoints;
using Ordo.Sync.AspNetCore.Health;
using Ordo.Sync.AspNetCore.Upstream;
using Ordo.Sync.Replication.Admission;
using Ordo.Sync.Storage.Blobs;
using Ordo.Sync.Transport;

#pragma warning disable IDE0130 // Registration methods stand where every host looks for them.
namespace Microsoft.Extensions.DependencyInjection;
#pragma warning restore IDE0130

/// <summary>Registers a hub with an ASP.NET Core app.</summary>
public static class OrdoSyncHubServiceCollectionExtensions
{
    /// <summary>
    /// Adds a hub: a store, who may do what, and the limits. Map its endpoints with <c>app.MapOrdoSync("/sync")</c>.
    /// </summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configure">Sets the hub up; it must choose a store.</param>
    /// <exception cref="InvalidOperationException">No store was chosen, or the app has a hub already.</exception>
    public static IServiceCollection AddOrdoSyncHub(this IServiceCollection services, Action<OrdoSyncHubBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        if (services.Any(service => service.ServiceType == typeof(SyncHub)))
        {
            throw new InvalidOperationException("The app has a hub already: one AddOrdoSyncHub an app.");
        }

        var builder = new OrdoSyncHubBuilder(services);
        configure(builder);
        var create = builder.CreateStore ?? throw new InvalidOperationException(
            "The hub has no store. Choose one in AddOrdoSyncHub, for example hub.UseSqlite(\"Data Source=hub.db\").");
        builder.Validate();
        services.AddOptions<HubOptions>().ValidateOnStart();
        services.AddSingleton<IValidateOptions<HubOptions>, HubOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddScoped<IScopeAuthorizer, AllowingAuthorizer>();
        services.AddSingleton(provider => new SyncHub(
            create(provider),
            builder.IsDevice ? OrdoSyncHubBuilder.DeviceOf(provider) : null,
            [.. builder.Collections],
            provider.GetRequiredService<IOptions<HubOptions>>(),
            provider.GetService<IRecordReviewer>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<SyncHub>>())
        {
            IsBelowAnother = builder.CreateUpstream is not null,
        });
        services.AddMetrics();
        services.AddSingleton<RequestLimiter>();
        services.AddSingleton<PrincipalQuota>();
        services.AddSingleton<LiveEndpoint>();
        services.AddSingleton<HubInstruments>();
        services.AddSingleton<HubEndpoints>();
        services.AddHostedService<HubStartup>();
        if (!builder.IsDevice)
        {
            services.AddSingleton<IHubAdministration, HubAdministration>();
            services.AddHostedService<ForgettingService>();
        }

        if (builder.CreateUpstream is { } createUpstream)
        {
            AddUpstream(services, createUpstream);
        }

        if (builder.CreateBlobStore is { } createBlobs)
        {
            AddBlobs(services, createBlobs);
        }

        return services;
    }

    private static void AddUpstream(IServiceCollection services, Func<IServiceProvider, ISyncTransport> create)
    {
        services.AddOptions<UpstreamOptions>().ValidateOnStart();
        services.AddSingleton<IValidateOptions<UpstreamOptions>, UpstreamOptionsValidator>();
        services.AddHostedService(provider => new UpstreamService(
            provider.GetRequiredService<SyncHub>(),
            create(provider),
            provider.GetRequiredService<IOptions<UpstreamOptions>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<UpstreamService>>()));
    }

    private static void AddBlobs(IServiceCollection services, Func<IServiceProvider, IBlobStore> create)
    {
        services.AddOptions<HubBlobOptions>().ValidateOnStart();
        services.AddSingleton<IValidateOptions<HubBlobOptions>, HubBlobOptionsValidator>();
        services.AddSingleton(provider => new HubBlobs(
            provider.GetRequiredService<SyncHub>(),
            create(provider),
            provider.GetRequiredService<IOptions<HubBlobOptions>>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<BlobEndpoints>();
        services.AddHostedService<HubBlobService>();
    }
}
