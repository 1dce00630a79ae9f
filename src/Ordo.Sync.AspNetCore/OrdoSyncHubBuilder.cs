using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Ordo.Sync.AspNetCore.Authorization;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Peers;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Admission;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Blobs;
using Ordo.Sync.Transport;

namespace Ordo.Sync.AspNetCore;

/// <summary>Sets up a hub while an app is configured. Storage packages add their <c>Use…</c> methods to it.</summary>
public sealed class OrdoSyncHubBuilder : IRecordStoreBuilder, IBlobStoreBuilder, IUpstreamBuilder
{
    private readonly Dictionary<string, CollectionDescriptor> _collections = new(StringComparer.Ordinal);

    internal OrdoSyncHubBuilder(IServiceCollection services) => Services = services;

    /// <summary>The app's services.</summary>
    public IServiceCollection Services { get; }

    internal Func<IServiceProvider, IRecordStore>? CreateStore { get; private set; }

    internal Func<IServiceProvider, IBlobStore>? CreateBlobStore { get; private set; }

    internal Func<IServiceProvider, ISyncTransport>? CreateUpstream { get; private set; }

    internal bool IsDevice { get; private set; }

    internal IReadOnlyCollection<CollectionDescriptor> Collections => _collections.Values;

    /// <inheritdoc/>
    public void UseStructuredStore(Func<IServiceProvider, IRecordStore> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        CreateStore = create;
    }

    /// <inheritdoc/>
    public void UseUpstream(Func<IServiceProvider, ISyncTransport> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        CreateUpstream = create;
    }

    /// <summary>
    /// Answers from the store of this app's own engine (<c>AddOrdoSync</c>) instead of one of its own: other devices sync with this
    /// one, and it hands on what it learns. The device stays a device: it decides neither who loses a scope nor when deletes may be
    /// forgotten, keeps no files for others, and declares its collections in <c>AddOrdoSync</c>.
    /// <see cref="Authorize{TAuthorizer}"/> must say whom it trusts with what; see docs/guides/peer-to-peer.md.
    /// </summary>
    public OrdoSyncHubBuilder UseDevice()
    {
        IsDevice = true;
        CreateStore = static provider => DeviceOf(provider).Store;
        return this;
    }

    internal static IPeers DeviceOf(IServiceProvider provider) => provider.GetService<ISyncEngine>()?.Peers
        ?? throw new InvalidOperationException("UseDevice answers from the app's engine: call services.AddOrdoSync(…) too.");

    internal void Validate()
    {
        if (!IsDevice)
        {
            return;
        }

        if (!Services.Any(service => service.ServiceType == typeof(IScopeAuthorizer)))
        {
            throw new InvalidOperationException(
                "A device that answers others must be told whom it trusts: call hub.Authorize<TAuthorizer>().");
        }

        if (CreateUpstream is not null || CreateBlobStore is not null || _collections.Count > 0)
        {
            throw new InvalidOperationException(
                "With UseDevice the hub has no files, no hub above it and no collections of its own: the engine's are set up in "
                + "AddOrdoSync.");
        }
    }

    /// <summary>Sets how the hub syncs with the one above it; calls add up.</summary>
    public OrdoSyncHubBuilder ConfigureUpstream(Action<UpstreamOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        Services.Configure(configure);
        return this;
    }

    /// <summary>Keeps blobs in a folder.</summary>
    /// <param name="path">The folder; made where it does not exist. One hub process at a time holds it.</param>
    /// <param name="configure">Sets quotas of the disk.</param>
    public OrdoSyncHubBuilder UseFileSystemBlobs(string path, Action<FileSystemBlobOptions>? configure = null)
    {
        var options = new FileSystemBlobOptions { Path = path };
        configure?.Invoke(options);
        options.Validate();
        return UseBlobStore(provider => new FileSystemBlobStore(options, provider.GetService<TimeProvider>()));
    }

    /// <summary>Keeps blobs in a store of another kind, which the hub opens and disposes. The last call counts.</summary>
    public OrdoSyncHubBuilder UseBlobStore(Func<IServiceProvider, IBlobStore> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        CreateBlobStore = create;
        return this;
    }

    /// <inheritdoc/>
    void IBlobStoreBuilder.SetBlobStore(Func<IServiceProvider, IBlobStore> create) => UseBlobStore(create);

    /// <summary>Sets what the hub allows of blobs; calls add up.</summary>
    public OrdoSyncHubBuilder ConfigureBlobs(Action<HubBlobOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        Services.Configure(configure);
        return this;
    }

    /// <summary>
    /// Sets who decides about rights; the last call counts. Without one, everybody whom the endpoints let in may read, write and
    /// approve in every scope: whether callers must be authenticated is the endpoints' business
    /// (<c>app.MapOrdoSync("/sync").RequireAuthorization()</c>).
    /// </summary>
    public OrdoSyncHubBuilder Authorize<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TAuthorizer>()
        where TAuthorizer : class, IScopeAuthorizer
    {
        Services.RemoveAll<IScopeAuthorizer>();
        Services.AddScoped<IScopeAuthorizer, TAuthorizer>();
        return this;
    }

    /// <summary>
    /// Declares a collection's strategy at the hub, before any device does. The hub needs no declarations: it learns what it
    /// does not know from devices.
    /// </summary>
    /// <exception cref="ArgumentException">A collection cannot be called so, or is declared with another strategy already.</exception>
    public OrdoSyncHubBuilder Collection(string name, ConflictStrategy strategy, bool isEphemeral = false)
    {
        if (RecordNames.WhyNotDeclarable(name) is { } why)
        {
            throw new ArgumentException(why, nameof(name));
        }

        if (!Enum.IsDefined(strategy))
        {
            throw new ArgumentOutOfRangeException(nameof(strategy), strategy, "Unknown strategy.");
        }

        var descriptor = new CollectionDescriptor(name, strategy) { IsEphemeral = isEphemeral };
        if (_collections.TryGetValue(name, out CollectionDescriptor? present) && present != descriptor)
        {
            throw new ArgumentException($"The collection '{name}' is declared as {CollectionCatalog.Describe(present)} already.", nameof(strategy));
        }

        _collections[name] = descriptor;
        return this;
    }

    /// <summary>
    /// Sets the app's own rules for records that devices bring; the last call counts. Made once, of the app's services.
    /// </summary>
    public OrdoSyncHubBuilder Review<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TReviewer>()
        where TReviewer : class, IRecordReviewer
    {
        Services.RemoveAll<IRecordReviewer>();
        Services.AddSingleton<IRecordReviewer, TReviewer>();
        return this;
    }

    /// <summary>Sets options; calls add up.</summary>
    public OrdoSyncHubBuilder Configure(Action<HubOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        Services.Configure(configure);
        return this;
    }
}
