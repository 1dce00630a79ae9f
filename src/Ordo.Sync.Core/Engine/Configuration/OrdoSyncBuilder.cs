using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Blobs;
using Ordo.Sync.Engine.Payloads;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Engine.Configuration;

/// <summary>Configures a device's sync engine: where it stores, how it reaches the hub, which collections it has.</summary>
public sealed class OrdoSyncBuilder : IRecordStoreBuilder
{
    private readonly List<Func<IPayloadSerializer, CollectionDeclaration>> _collections = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly List<string> _scopes = [];
    private Func<IServiceProvider, IRecordStore>? _store;
    private Func<IServiceProvider, ISyncTransport>? _transport;
    private Func<IServiceProvider, IPayloadSerializer>? _serializer;

    internal OrdoSyncBuilder(IServiceCollection services) => Services = services;

    /// <summary>The host's services.</summary>
    public IServiceCollection Services { get; }

    internal SyncOptions Options { get; } = new();

    internal BlobSetup Blobs { get; } = new();

    /// <inheritdoc/>
    public void UseStructuredStore(Func<IServiceProvider, IRecordStore> create) => _store = create;

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
        if (RecordNames.WhyNotCollection(name) is { } why)
        {
            throw new ArgumentException(why, nameof(name));
        }

        if (!_names.Add(name))
        {
            throw new ArgumentException($"The collection '{name}' is declared twice.", nameof(name));
        }

        var collection = new CollectionBuilder<T>();
        configure?.Invoke(collection);
        var descriptor = new CollectionDescriptor(name, collection.ChosenStrategy);
        bool isImmediate = collection.SyncsImmediately ?? collection.ChosenStrategy == ConflictStrategy.LastWriteWins;
        _collections.Add(serializer => new CollectionDeclaration(
            descriptor,
            typeof(T),
            [.. collection.Indexes.Select(index => new IndexDefinition(index.Path.In(serializer), index.Type))],
            isImmediate));
        return this;
    }

    /// <summary>Subscribes to scopes, besides those subscribed to at run time.</summary>
    public OrdoSyncBuilder Subscribe(params IEnumerable<string> scopes)
    {
        foreach (string scope in scopes)
        {
            if (RecordNames.WhyNotScope(scope) is { } why)
            {
                throw new ArgumentException(why, nameof(scopes));
            }

            _scopes.Add(scope);
        }

        return this;
    }

    /// <summary>Sets how often the background service syncs. The default is every 15 minutes.</summary>
    public OrdoSyncBuilder SyncEvery(TimeSpan interval) => Configure(options => options.Interval = interval);

    /// <summary>Syncs only when <c>SyncAsync</c> is called.</summary>
    public OrdoSyncBuilder SyncManually() => Configure(options => options.SyncsInBackground = false);

    /// <summary>Sets options.</summary>
    public OrdoSyncBuilder Configure(Action<SyncOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        configure(Options);
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
        var engine = new SyncEngine(
            _store(services),
            _transport?.Invoke(services),
            serializer,
            Options,
            [.. _collections.Select(create => create(serializer))],
            [.. _scopes],
            time,
            entropy);
        engine.BlobService = Blobs.Build(services, engine, time, entropy);
        return engine;
    }

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Guarded: without dynamic code it throws, naming the remedy.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Guarded: without dynamic code it throws, naming the remedy.")]
    private static MessagePackPayloadSerializer DefaultSerializer() => RuntimeFeature.IsDynamicCodeSupported
        ? new MessagePackPayloadSerializer()
        : throw new InvalidOperationException(
            "The default serializer emits code at run time, which NativeAOT cannot. Call UseSerializer(new JsonPayloadSerializer(…)).");
}
