using Microsoft.Extensions.Logging;
using Ordo.Sync.Causality;
using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.Faster;

#pragma warning disable IDE0130 // Registration methods stand where every host looks for them.
namespace Microsoft.Extensions.DependencyInjection;
#pragma warning restore IDE0130

/// <summary>Keeps ephemeral records of a device in a FASTER store.</summary>
public static class FasterStoreBuilderExtensions
{
    /// <summary>
    /// Sets the store of collections declared with <c>InEphemeralStore</c> to a FASTER store, made where it is not there.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="folder">The store's folder.</param>
    /// <param name="configure">Sets further options.</param>
    /// <exception cref="ArgumentException">The options are not valid; thrown when the store is made.</exception>
    public static OrdoSyncBuilder UseFaster(
        this OrdoSyncBuilder builder, string folder, Action<FasterStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return builder.UseEphemeralStore(provider =>
        {
            var options = new FasterStoreOptions { Folder = folder };
            configure?.Invoke(options);
            return new FasterRecordStore(
                options,
                provider.GetService<TimeProvider>(),
                provider.GetService<EntropySource>(),
                provider.GetService<ILogger<FasterRecordStore>>());
        });
    }
}
