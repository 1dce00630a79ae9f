using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Ordo.Sync.Causality;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Memory;

#pragma warning disable IDE0130 // Extensions of the service collection stand where apps find them without a using.
namespace Microsoft.Extensions.DependencyInjection;
#pragma warning restore IDE0130

/// <summary>Adds a device's sync engine to a host.</summary>
public static class OrdoSyncServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="ISyncEngine"/> and its background service. Registered <see cref="TimeProvider"/> and
    /// <see cref="EntropySource"/> services are used, the system's by default.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Says where to store, how to reach the hub, which collections there are.</param>
    /// <exception cref="ArgumentException">The configuration is contradictory; the message says where.</exception>
    public static IServiceCollection AddOrdoSync(this IServiceCollection services, Action<OrdoSyncBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        var builder = new OrdoSyncBuilder(services);
        configure(builder);
        builder.Options.Validate();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(EntropySource.System);
        services.AddSingleton(_ => builder.Options.Profile);
        services.AddSingleton(provider => builder.Build(
            provider, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<EntropySource>()));
        services.AddSingleton<ISyncEngine>(provider => provider.GetRequiredService<SyncEngine>());
        services.AddSingleton<IHostedService>(provider => new SyncBackgroundService(
            provider.GetRequiredService<SyncEngine>(),
            builder.Options,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<EntropySource>(),
            provider.GetService<Logging.ILogger<SyncBackgroundService>>()));
        return services;
    }

    /// <summary>Keeps everything in memory: for tests and throw-away tools. Nothing survives the process.</summary>
    public static TBuilder UseMemory<TBuilder>(this TBuilder builder)
        where TBuilder : IRecordStoreBuilder
    {
        builder.UseStructuredStore(provider =>
            new InMemoryRecordStore(entropy: provider.GetService<EntropySource>()));
        return builder;
    }
}
