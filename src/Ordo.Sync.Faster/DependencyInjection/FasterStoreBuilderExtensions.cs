using Microsoft.Extensions.Logging;
using Ordo.Sync.Causality;
using Ordo.Sync.Faster;
using Ordo.Sync.Storage;

#pragma warning disable IDE0130 // Registration methods stand where every host looks for them.
namespace Microsoft.Extensions.DependencyInjection;
#pragma warning restore IDE0130

/// <summary>Keeps a device's or a hub's records in a FASTER store.</summary>
public static class FasterStoreBuilderExtensions
{
    /// <summary>Sets the store of all records to a FASTER store, made where it is not there.</summary>
    /// <typeparam name="TBuilder">The builder of a device or a hub.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="folder">The store's folder.</param>
    /// <param name="configure">Sets further options.</param>
    /// <exception cref="ArgumentException">The options are not valid; thrown when the store is made.</exception>
    public static TBuilder UseFaster<TBuilder>(
        this TBuilder builder, string folder, Action<FasterStoreOptions>? configure = null)
        where TBuilder : IRecordStoreBuilder
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        builder.UseStructuredStore(provider =>
        {
            var options = new FasterStoreOptions { Folder = folder };
            configure?.Invoke(options);
            return new FasterRecordStore(
                options,
                provider.GetService<TimeProvider>(),
                provider.GetService<EntropySource>(),
                provider.GetService<ILogger<FasterRecordStore>>());
        });
        return builder;
    }
}
