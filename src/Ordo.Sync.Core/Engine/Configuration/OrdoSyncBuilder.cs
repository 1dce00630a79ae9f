using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Conflicts.Strategies;
using Ordo.Sync.Engine.Blobs;
using Ordo.Sync.Engine.Extensions;
using Ordo.Sync.Engine.Payloads;
using Ordo.Sync.Engine.Replicas;
using Ordo.Sync.Engine.Resolvers;
using Ordo.Sync.Engine.Resources;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Blobs;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Engine.Configuration;

/// <summary>Configures a device's sync engine: where it stores, how it reaches the hub, which collections it has.</summary>
public sealed class OrdoSyncBuilder : IRecordStoreBuilder, IBlobStoreBuilder
{
    private readonly List<Func<IServiceProvider, IPayloadSerializer, TimeProvider, CollectionDeclaration>> _collections = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly List<ConfiguredScope> _scopes = [];
    private readonly List<Func<IServiceProvider, ISyncExtension>> _extensions = [];
    private Func<IServiceProvider, IRecordStore>? _store;
    private Func<IServiceProvider, IRecordStore>? _ephemeralStore;
    private Func<IServiceProvider, ISyncTransport>? _transport;
    private Func<IServiceProvider, IPayloadSerializer>? _serializer;

    internal OrdoSyncBuilder(IServiceCollection services) => Services = services;

    /// <summary>The host's services.</summary>
    public IServiceCollection Services { get; }

    internal SyncOptions Options { get; } = new();

    internal BlobSetup Blobs { get; } = new();

    /// <inheritdoc/>
    void IBlobStoreBuilder.SetBlobStore(Func<IServiceProvider, IBlobStore> create) => this.UseBlobStore(create);

    /// <inheritdoc/>
    public void UseStructuredStore(Func<IServiceProvider, IRecordStore> create) => _store = create;

    /// <summary>
    /// Sets the store of collections declared with <c>InEphemeralStore</c>; packages add their <c>Use…</c> methods over it. Without
    /// one, they stand in the structured store. May be added or taken away later: what is there moves at the next start.
    /// </summary>
    public OrdoSyncBuilder UseEphemeralStore(Func<IServiceProvider, IRecordStore> create)
    {
        _ephemeralStore = create;
        return this;
    }

    /// <summary>Sets the way to the hub; packages of transports add their <c>Use…</c> methods over it. The last call counts.</summary>
    public OrdoSyncBuilder UseTransport(Func<IServiceProvider, ISyncTransport> create)
    {
        _transport = create;
        return this;
    }

    /// <summary>Sets how types become payloads. The default is <see cref="MessagePackPayloadSerializer"/>.</summary>
    public OrdoSyncBuilder UseSerializer(IPayloadSerializer serializer)
    {
        _serializer = _ => serializer;
        return this;
    }

    /// <summary>Declares a collection.</summary>
    /// <typeparam name="T">The app's type of its records.</typeparam>
    /// <param name="name">1 to 63 ASCII letters, digits, '_' and '-', beginning with a letter.</param>
    /// <param name="configure">Sets strategy and indexes.</param>
    /// <exception cref="ArgumentException">The name cannot be that of a collection, or is declared twice.</exception>
    public OrdoSyncBuilder Collection<T>(string name, Action<CollectionBuilder<T>>? configure = null)
    {
        if (RecordNames.WhyNotDeclarable(name) is { } why)
        {
            throw new ArgumentException(why, nameof(name));
        }

        if (!_names.Add(name))
        {
            throw new ArgumentException($"The collection '{name}' is declared twice.", nameof(name));
        }

        var collection = new CollectionBuilder<T>();
        configure?.Invoke(collection);
        var descriptor = new CollectionDescriptor(name, collection.ChosenStrategy)
        {
            IsEphemeral = collection.IsEphemeral,
        };
        bool isImmediate = collection.SyncsImmediately ?? collection.ChosenStrategy == ConflictStrategy.LastWriteWins;
        if (collection.ChosenStrategy == ConflictStrategy.Custom && collection.Resolver is null)
        {
            throw new ArgumentException(
                $"The collection '{name}' has the strategy Custom and no resolver: call Resolve<TResolver>().", nameof(configure));
        }

        _collections.Add((services, serializer, time) => new CollectionDeclaration(
            descriptor,
            typeof(T),
            [.. collection.Indexes.Select(index => new IndexDefinition(index.Path.In(serializer), index.Type))],
            isImmediate)
        {
            ConflictFree = collection.ConflictFreeIn(serializer),
            Behavior = BehaviorOf(collection, services, serializer, time),
        });
        return this;
    }

    /// <summary>Adds an extension, made of the host's services; several are called in the order of these calls.</summary>
    public OrdoSyncBuilder AddExtension<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TExtension>()
        where TExtension : class, ISyncExtension
    {
        _extensions.Add(static services =>
            services.GetService<TExtension>() ?? ActivatorUtilities.CreateInstance<TExtension>(services));
        return this;
    }

    /// <summary>Adds an extension.</summary>
    public OrdoSyncBuilder AddExtension(ISyncExtension extension)
    {
        ArgumentNullException.ThrowIfNull(extension);
        _extensions.Add(_ => extension);
        return this;
    }

    /// <summary>Subscribes to scopes, besides those subscribed to at run time.</summary>
    public OrdoSyncBuilder Subscribe(params IEnumerable<string> scopes)
    {
        foreach (string scope in scopes)
        {
            if (RecordNames.WhyNotSubscribable(scope) is { } why)
            {
                throw new ArgumentException(why, nameof(scopes));
            }

            _scopes.Add(new ConfiguredScope(scope, Priority: null));
        }

        return this;
    }

    /// <summary>Subscribes to a scope, besides those subscribed to at run time, and says how urgent it is.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="priority">
    /// Scopes of a greater priority are synced, and first received, before those of a smaller one. The default is 0. Counts whenever
    /// the app starts; <see cref="ISyncEngine.SubscribeAsync"/> may change it until then.
    /// </param>
    /// <exception cref="ArgumentException">The name cannot be that of a scope.</exception>
    public OrdoSyncBuilder Subscribe(string scope, int priority)
    {
        Subscribe(scope);
        _scopes[^1] = new ConfiguredScope(scope, priority);
        return this;
    }

    /// <summary>Sets how often the background service syncs. The default is every 15 minutes.</summary>
    public OrdoSyncBuilder SyncEvery(TimeSpan interval) => Configure(options => options.Interval = interval);

    /// <summary>Syncs only when <c>SyncAsync</c> is called.</summary>
    public OrdoSyncBuilder SyncManually() => Configure(options => options.SyncsInBackground = false);

    /// <summary>
    /// Sets how much memory and how many workers sync may take. The default is <see cref="ResourceProfile.ForThisMachine"/>; what
    /// options set explicitly wins, before and after this call.
    /// </summary>
    public OrdoSyncBuilder UseProfile(ResourceProfile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        return Configure(options => options.Profile = profile);
    }

    /// <summary>Sets options.</summary>
    public OrdoSyncBuilder Configure(Action<SyncOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        configure(Options);
        return this;
    }

    /// <summary>Declares a collection that a store holds, for a tool that does not know its type: the store's indexes stay.</summary>
    internal OrdoSyncBuilder Collection(CollectionDescriptor descriptor)
    {
        _collections.Add((_, _, _) => new CollectionDeclaration(descriptor, typeof(object), [], SyncsImmediately: false)
        {
            KeepsSchema = true,
        });
        return this;
    }

    internal SyncEngine Build(IServiceProvider services, TimeProvider time, EntropySource entropy)
    {
        if (_store is null)
        {
            throw new InvalidOperationException(
                "The engine has no store. Call UseSqlite(\"Data Source=app.db\") from Ordo.Sync.Sqlite, or UseMemory() for tests.");
        }

        IPayloadSerializer serializer = _serializer?.Invoke(services) ?? DefaultSerializer();
        var extensions = new ExtensionHost(
            [.. _extensions.Select(create => create(services))],
            Options.ExtensionTimeLimit,
            time,
            services.GetService<ILogger<ExtensionHost>>() ?? NullLogger<ExtensionHost>.Instance);
        Options.Validate();
        ISyncTransport? transport = _transport?.Invoke(services);
        ImmutableArray<CollectionDeclaration> declarations =
            [.. _collections.Select(create => create(services, serializer, time))];
        var memory = new MemoryGovernor(
            Options,
            services.GetService<IMemorySource>() ?? new ProcessMemorySource(),
            time,
            services.GetService<ILogger<MemoryGovernor>>() ?? NullLogger<MemoryGovernor>.Instance);
        LocalReplica ReplicaOver(IRecordStore store, ImmutableArray<CollectionDeclaration> stored) => new(
            store,
            transport is null
                ? null
                : new SyncCoordinator(
                    store, transport, Options, [.. declarations.Select(item => item.Descriptor)], memory, time, entropy),
            stored,
            Options);
        LocalReplica structured = ReplicaOver(
            _store(services),
            _ephemeralStore is null ? declarations : declarations.RemoveAll(item => item.Descriptor.IsEphemeral));
        LocalReplica? ephemeral = _ephemeralStore is null
            ? null
            : ReplicaOver(
                _ephemeralStore(services), declarations.RemoveAll(item => !item.Descriptor.IsEphemeral));
        var engine = new SyncEngine(
            structured,
            ephemeral,
            serializer,
            extensions,
            memory,
            Options,
            declarations,
            [.. _scopes],
            time,
            entropy,
            services.GetService<IMeterFactory>());
        engine.BlobService = Blobs.Build(services, engine, time, entropy);
        return engine;
    }

    private StrategyBehavior? BehaviorOf<T>(
        CollectionBuilder<T> collection, IServiceProvider services, IPayloadSerializer serializer, TimeProvider time)
    {
        if (collection.ChosenStrategy == ConflictStrategy.MergePreservingHistory)
        {
            return new MergeFieldsBehavior(collection.LostValuesMax);
        }

        return collection is { ChosenStrategy: ConflictStrategy.Custom, Resolver: { } create }
            ? new ResolverBehavior(new ResolverGuard(create(services), Options.ResolverTimeLimit, time), serializer)
            : null;
    }

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Guarded: without dynamic code it throws, naming the remedy.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Guarded: without dynamic code it throws, naming the remedy.")]
    private static MessagePackPayloadSerializer DefaultSerializer() => RuntimeFeature.IsDynamicCodeSupported
        ? new MessagePackPayloadSerializer()
        : throw new InvalidOperationException(
            "The default serializer emits code at run time, which NativeAOT cannot. Call UseSerializer(new JsonPayloadSerializer(…)).");
}
