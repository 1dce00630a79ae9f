using Microsoft.Extensions.DependencyInjection;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine;
using Ordo.Sync.Sqlite;

namespace Ordo.Sync.Cli.Stores;

/// <summary>An engine over a store, without the app's types: each collection that the store knows is declared by its name.</summary>
internal static class StoreEngine
{
    public static async ValueTask<ServiceProvider> CreateAsync(
        string file, string? keyFile, bool writes, string author, CancellationToken cancellationToken)
    {
        IReadOnlyList<CollectionDescriptor> collections;
        await using (OpenStore looked = await OpenStore.OpenAsync(file, keyFile, writes: false, cancellationToken)
            .ConfigureAwait(false))
        {
            collections = [.. looked.Catalog.Descriptors.Values];
        }

        var services = new ServiceCollection();
        services.AddOrdoSync(sync =>
        {
            sync.UseStructuredStore(_ => new SqliteRecordStore(OpenStore.OptionsOf(file, keyFile, writes)));
            foreach (CollectionDescriptor collection in collections)
            {
                sync.Collection(collection);
            }

            sync.SyncManually();
            sync.Configure(options => options.Author = author);
        });
        ServiceProvider provider = services.BuildServiceProvider();
        try
        {
            await provider.GetRequiredService<ISyncEngine>().OpenAsync(cancellationToken).ConfigureAwait(false);
            return provider;
        }
        catch
        {
            await provider.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
