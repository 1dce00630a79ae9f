using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Engine.Blobs;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.Engine.Payloads;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Engine.Watching;
using Ordo.Sync.Engine.Writes;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Storage;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Engine;

/// <inheritdoc cref="ISyncEngine"/>
internal sealed class SyncEngine : ISyncEngine
{
    private readonly IRecordStore _store;
    private readonly SyncOptions _options;
    private readonly ImmutableDictionary<string, CollectionDeclaration> _declarations;
    private readonly SyncCoordinator? _coordinator;
    private readonly WriteQueue _queue;
    private readonly OutcomeBoard _outcomes = new();
    private readonly PeerClock _clock;
    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly ImmutableArray<string> _initialScopes;
    private SubscriptionBook? _subscriptions;
    private CollectionCatalog? _catalog;
    private Task _writing = Task.CompletedTask;
    private int _isDisposed;

    public SyncEngine(
        IRecordStore store,
        ISyncTransport? transport,
        IPayloadSerializer serializer,
        SyncOptions options,
        ImmutableArray<CollectionDeclaration> declarations,
        ImmutableArray<string> scopes,
        TimeProvider time,
        EntropySource entropy)
    {
        options.Validate();
        _store = store;
        _options = options;
        _declarations = declarations.ToImmutableDictionary(item => item.Descriptor.Name, StringComparer.Ordinal);
        _initialScopes = scopes;
        _clock = new PeerClock(time);
        _queue = new WriteQueue(options.QueueBytesMax);
        Serializer = serializer;
        _coordinator = transport is null
            ? null
            : new SyncCoordinator(
                store, transport, options, [.. declarations.Select(item => item.Descriptor)], time, entropy);
    }

    public ReplicaId Replica => _store.Replica;

    public IReadOnlyCollection<string> Subscriptions => _subscriptions?.Scopes ?? _initialScopes;

    public IPayloadSerializer Serializer { get; }

    public ChangePublisher Publisher { get; } = new();

    public IBlobs Blobs => BlobService ?? throw new InvalidOperationException(
        "The engine has no place for blobs: call UseFileSystemBlobs(\"files\") when you configure it.");

    /// <summary>The blob lane; <see langword="null"/> where the engine keeps no blobs. Set once, before the engine is used.</summary>
    public BlobService? BlobService { get; set; }

    /// <summary>Whether there is a way to a hub.</summary>
    public bool HasTransport => _coordinator is not null;

    /// <summary>Raised when a write asks for a sync at once.</summary>
    public event Action? SyncRequested;

    public async ValueTask OpenAsync(CancellationToken cancellationToken) =>
        await OpenStoreAsync(cancellationToken).ConfigureAwait(false);

    public ValueTask<IRecordStore> OpenStoreAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        return _subscriptions is not null ? ValueTask.FromResult(_store) : OpenSlowlyAsync(cancellationToken);
    }

    public ISyncScope Scope(string name) => RecordNames.WhyNotScope(name) is { } why
        ? throw new ArgumentException(why, nameof(name))
        : new SyncScope(this, name);

    public async ValueTask SubscribeAsync(string scope, CancellationToken cancellationToken)
    {
        if (RecordNames.WhyNotScope(scope) is { } why)
        {
            throw new ArgumentException(why, nameof(scope));
        }

        await OpenStoreAsync(cancellationToken).ConfigureAwait(false);
        await _subscriptions!.AddAsync(scope, cancellationToken).ConfigureAwait(false);
        SyncRequested?.Invoke();
    }

    public ValueTask<WriteReceipt> WriteAsync(Action<WriteBatch> write, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(write);
        var batch = new WriteBatch();
        write(batch);
        return batch.Scope is null
            ? throw new ArgumentException("The batch holds no write.", nameof(write))
            : WriteAsync(batch.Scope, batch.Writes, options: null, cancellationToken);
    }

    public async ValueTask<WriteReceipt> WriteAsync(
        string scope, IReadOnlyList<RecordWrite> writes, WriteOptions? options, CancellationToken cancellationToken)
    {
        await OpenStoreAsync(cancellationToken).ConfigureAwait(false);
        if (!_subscriptions!.Contains(scope))
        {
            throw new InvalidOperationException(
                $"This device is not subscribed to the scope '{scope}': what it wrote there would never be synced. "
                + "Call SubscribeAsync first, or Subscribe when you configure the engine.");
        }

        var queued = new QueuedWrite(
            scope, writes, options?.Author ?? _options.Author, options?.Durability ?? _options.Durability);
        GlobalDot version = await _queue.WriteAsync(queued, cancellationToken).ConfigureAwait(false);
        if (writes.Any(write => _declarations[write.Key.Collection].SyncsImmediately))
        {
            SyncRequested?.Invoke();
        }

        return new WriteReceipt(scope, version, _outcomes);
    }

    public async ValueTask<SyncReport> SyncAsync(IProgress<SyncProgress>? progress, CancellationToken cancellationToken)
    {
        await OpenStoreAsync(cancellationToken).ConfigureAwait(false);
        if (_coordinator is null)
        {
            throw new InvalidOperationException(
                "The engine has no transport: call UseHttp (or UseTransport) when you configure it.");
        }

        BlobService?.BeginRecordSync();
        try
        {
            return await _coordinator.SyncAsync(
                _subscriptions!.Scopes,
                _catalog!,
                () => new SessionObserver(Publisher, _outcomes, _clock, progress),
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            BlobService?.EndRecordSync();
        }
    }

    public async ValueTask<JournalStatus> GetJournalStatusAsync(CancellationToken cancellationToken)
    {
        await OpenStoreAsync(cancellationToken).ConfigureAwait(false);
        await using IStoreSnapshot snapshot = await _store.ReadAsync(cancellationToken).ConfigureAwait(false);
        return await snapshot.GetJournalStatusAsync(scope: null, cancellationToken).ConfigureAwait(false);
    }

    public CollectionDeclaration DeclarationOf<T>(string collection)
    {
        if (!_declarations.TryGetValue(collection, out CollectionDeclaration? declaration))
        {
            throw new ArgumentException(
                $"The collection '{collection}' is not declared. Declare it: sync.Collection<{typeof(T).Name}>(\"{collection}\").",
                nameof(collection));
        }

        return declaration.ValueType == typeof(T)
            ? declaration
            : throw new ArgumentException(
                $"The collection '{collection}' is declared with {declaration.ValueType}, not {typeof(T)}.", nameof(collection));
    }

    public void RequireSize(string collection, string key, int bytes)
    {
        if (bytes > _options.PayloadBytesMax)
        {
            throw new ArgumentException(
                $"The record '{collection}/{key}' takes {bytes} bytes; {_options.PayloadBytesMax} are the most. Keep large "
                + "content as a blob, or raise SyncOptions.PayloadBytesMax here and at the hub.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        if (BlobService is { } blobs)
        {
            await blobs.DisposeAsync().ConfigureAwait(false);
        }

        _queue.Close();
        await _writing.ConfigureAwait(false);
        Publisher.Close();
        _coordinator?.Dispose();
        _opening.Dispose();
        await _store.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask<IRecordStore> OpenSlowlyAsync(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_subscriptions is not null)
            {
                return _store;
            }

            await _store.OpenAsync(cancellationToken).ConfigureAwait(false);
            CollectionCatalog catalog = await CollectionCatalog.LoadAsync(_store, cancellationToken).ConfigureAwait(false);
            foreach (CollectionDeclaration declaration in _declarations.Values)
            {
                catalog.Declare(declaration.Descriptor);
                var schema = new CollectionSchema(declaration.Descriptor.Name, declaration.Indexes);
                await _store.DefineCollectionAsync(schema, cancellationToken).ConfigureAwait(false);
            }

            SubscriptionBook subscriptions = await SubscriptionBook
                .LoadAsync(_store, _initialScopes, cancellationToken).ConfigureAwait(false);
            _catalog = catalog;
            _writing = new GroupWriter(_store, catalog, _queue, Publisher, _clock).RunAsync();
            _subscriptions = subscriptions;
            return _store;
        }
        finally
        {
            _opening.Release();
        }
    }
}
