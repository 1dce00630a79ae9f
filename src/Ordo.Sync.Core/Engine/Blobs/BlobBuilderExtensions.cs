using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ordo.Sync.Causality;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Blobs;
using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.Storage.Blobs;
using Ordo.Sync.Transport;

#pragma warning disable IDE0130 // Extensions of the builder stand where apps find them without a using.
namespace Microsoft.Extensions.DependencyInjection;
#pragma warning restore IDE0130

/// <summary>Gives an engine a place for blobs.</summary>
public static class BlobBuilderExtensions
{
    /// <summary>Keeps blobs in a folder.</summary>
    /// <param name="builder">The engine.</param>
    /// <param name="path">The folder; made where it does not exist.</param>
    /// <param name="configure">Sets quotas.</param>
    public static OrdoSyncBuilder UseFileSystemBlobs(
        this OrdoSyncBuilder builder, string path, Action<FileSystemBlobOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new FileSystemBlobOptions { Path = path };
        configure?.Invoke(options);
        options.Validate();
        return builder.UseBlobStore(provider => new FileSystemBlobStore(options, provider.GetService<TimeProvider>()));
    }

    /// <summary>Keeps blobs in a store of another kind, which the engine opens and disposes. The last call counts.</summary>
    public static OrdoSyncBuilder UseBlobStore(this OrdoSyncBuilder builder, Func<IServiceProvider, IBlobStore> create)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(create);
        if (builder.Blobs.CreateStore is null)
        {
            builder.Services.AddSingleton<IHostedService>(provider => new BlobBackgroundService(
                provider.GetRequiredService<SyncEngine>().BlobService!,
                builder.Options,
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<EntropySource>(),
                provider.GetService<ILogger<BlobBackgroundService>>()));
        }

        builder.Blobs.CreateStore = create;
        return builder;
    }

    /// <summary>
    /// Sets the way of blobs to the hub. By default it is the registered <see cref="IBlobTransport"/>, as <c>UseHttp</c> does it.
    /// </summary>
    public static OrdoSyncBuilder UseBlobTransport(
        this OrdoSyncBuilder builder, Func<IServiceProvider, IBlobTransport> create)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(create);
        builder.Blobs.CreateTransport = create;
        return builder;
    }

    /// <summary>Sets how blobs are handled: what is fetched, how much at once.</summary>
    public static OrdoSyncBuilder ConfigureBlobs(this OrdoSyncBuilder builder, Action<BlobOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        configure(builder.Blobs.Options);
        return builder;
    }
}
