using Microsoft.Extensions.DependencyInjection;
using Ordo.Sync.Causality;
using Ordo.Sync.Storage.Blobs;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Engine.Blobs;

/// <summary>How an engine's blobs are configured.</summary>
internal sealed class BlobSetup
{
    public Func<IServiceProvider, IBlobStore>? CreateStore { get; set; }

    public Func<IServiceProvider, IBlobTransport>? CreateTransport { get; set; }

    public BlobOptions Options { get; } = new();

    /// <summary>The service of an engine; <see langword="null"/> where it keeps no blobs.</summary>
    public BlobService? Build(IServiceProvider services, SyncEngine engine, TimeProvider time, EntropySource entropy)
    {
        if (CreateStore is null)
        {
            return null;
        }

        Options.Validate();
        return new BlobService(
            engine,
            CreateStore(services),
            CreateTransport is { } create ? create(services) : services.GetService<IBlobTransport>(),
            Options,
            services.GetService<INetworkCost>(),
            time,
            entropy);
    }
}
