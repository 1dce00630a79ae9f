using Ordo.Sync.Causality;
using Ordo.Sync.PostgreSql;
using Ordo.Sync.Storage;

#pragma warning disable IDE0130 // Registration methods stand where every host looks for them.
namespace Microsoft.Extensions.DependencyInjection;
#pragma warning restore IDE0130

/// <summary>Keeps a hub's records in PostgreSQL.</summary>
public static class PostgreSqlStoreBuilderExtensions
{
    /// <summary>Sets the structured store to a PostgreSQL database, which any number of instances may share.</summary>
    /// <typeparam name="TBuilder">The builder of a hub.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="connectionString">Names server and database: <c>Host=db;Database=campus;Username=hub;Password=…</c>.</param>
    /// <param name="configure">Sets further options.</param>
    /// <exception cref="ArgumentException">The options are not valid; thrown when the store is made.</exception>
    public static TBuilder UsePostgreSql<TBuilder>(
        this TBuilder builder, string connectionString, Action<PostgreSqlStoreOptions>? configure = null)
        where TBuilder : IRecordStoreBuilder
    {
        ArgumentException.ThrowIfNullOrEmpty(connectionString);
        builder.UseStructuredStore(provider =>
        {
            var options = new PostgreSqlStoreOptions { ConnectionString = connectionString };
            configure?.Invoke(options);
            return new PostgreSqlRecordStore(
                options, provider.GetService<TimeProvider>(), provider.GetService<EntropySource>());
        });
        return builder;
    }
}
