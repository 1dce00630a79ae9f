using Ordo.Sync.Causality;
using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.Engine.Resources;
using Ordo.Sync.Sqlite;
using Ordo.Sync.Storage;

#pragma warning disable IDE0130 // Registration methods stand where every host looks for them.
namespace Microsoft.Extensions.DependencyInjection;
#pragma warning restore IDE0130

/// <summary>Keeps a device's or a hub's records in a SQLite file.</summary>
public static class SqliteStoreBuilderExtensions
{
    /// <summary>Sets the structured store to a SQLite file, made where it is not there.</summary>
    /// <typeparam name="TBuilder">The builder of a device or a hub.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="connectionString">Names the file: <c>Data Source=campus.db</c>.</param>
    /// <param name="configure">Sets further options; on a device, what they are before comes from its resource profile.</param>
    /// <exception cref="ArgumentException">The options are not valid; thrown when the store is made.</exception>
    public static TBuilder UseSqlite<TBuilder>(
        this TBuilder builder, string connectionString, Action<SqliteStoreOptions>? configure = null)
        where TBuilder : IRecordStoreBuilder
    {
        ArgumentException.ThrowIfNullOrEmpty(connectionString);
        builder.UseStructuredStore(provider =>
        {
            var options = new SqliteStoreOptions { ConnectionString = connectionString };
            if (builder is OrdoSyncBuilder && provider.GetService<ResourceProfile>() is { IsCompact: true } profile)
            {
                Compact(options, profile);
            }

            configure?.Invoke(options);
            return new SqliteRecordStore(
                options, provider.GetService<TimeProvider>(), provider.GetService<EntropySource>());
        });
        return builder;
    }

    private static void Compact(SqliteStoreOptions options, ResourceProfile profile)
    {
        options.CacheSizeKiB = profile.StoreCacheKiB;
        options.ReaderCacheSizeKiB = profile.ReaderCacheKiB;
        options.IdleReadersMax = profile.IdleReadersMax;
        options.CheckpointAfterKiB = profile.CheckpointAfterKiB;
        options.WalSizeMaxKiB = profile.LogKiBMax;
    }
}
