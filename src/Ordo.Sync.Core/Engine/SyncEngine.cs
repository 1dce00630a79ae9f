using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.Engine.Extensions;
using Ordo.Sync.Engine.History;
using Ordo.Sync.Engine.Inbox;
using Ordo.Sync.Engine.Outcomes;
using Ordo.Sync.Engine.Payloads;
using Ordo.Sync.Engine.Replicas;
using Ordo.Sync.Engine.Resources;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Engine.Watching;
using Ordo.Sync.Engine.Writes;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Engine;

/// <inheritdoc cref="ISyncEngine"/>
internal sealed class SyncEngine : ISyncEngine
{
    private readonly LocalReplica _structured;
    private readonly LocalReplica _ephemeral;
    private readonly SyncOptions _options;
    private readonly ImmutableDictionary<string, CollectionDeclaration> _declarations;
    private readonly SyncDirector _director;
    private readonly OutcomeBoard _outcomes = new();
    private readonly PeerClock _clock;
    private readonly ExtensionHost _extensions;
    private readonly MemoryGovernor _memory;
    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly ImmutableArray<string> _initialScopes;
    private readonly bool _hasEphemeral;
    private SubscriptionBook? _subscriptions;
    private int _isDisposed;

    public SyncEngine(
        LocalReplica structured,
        LocalReplica? ephemeral,
        IPayloadSerializer serializer,
        ExtensionHost extensions,
        MemoryGovernor memory,
        SyncOptions options,
        ImmutableArray<CollectionDeclaration> declarations,
        ImmutableArray<string> scopes,
        TimeProvider time)
    {
        _structured = structured;
        _ephemeral = ephemeral ?? structured;
        _options = options;
        _declarations = declarations.ToImmutableDictionary(item => item.Descriptor.Name, StringComparer.Ordinal);
        _hasEphemeral = declarations.Any(item => item.Descriptor.IsEphemeral);
        _initialScopes = scopes;
        _clock = new PeerClock(time);
        _director = new SyncDirector(extensions, time);
        Serializer = serializer;
        _extensions = extensions;
        _memory = memory;
        _memory.Add(_structured);
        if (ephemeral is not null)
        {
            _memory.Add(ephemeral);
        }

        Siblings = new SiblingReader(serializer);
        Histories = new HistoryReader(serializer);
        Conflicts = new ConflictInbox(this);
        Outcomes = new StoredOutcomeLog(this);
    }

    public ReplicaId Replica => _structured.Store.Replica;

    public IReadOnlyCollection<string> Subscriptions => _subscriptions?.Scopes ?? _initialScopes;

    public IPayloadSerializer Serializer { get; }

    public IConflictInbox Conflicts { get; }

    public IOutcomeLog Outcomes { get; }

    /// <summary>Shows versions as sides of a conflict.</summary>
    public SiblingReader Siblings { get; }

    /// <summary>Reads the histories of records.</summary>
    public HistoryReader Histories { get; }

    public ChangePublisher Publisher { get; } = new();

    /// <summary>Whether there is a way to a hub.</summary>
    public bool HasTransport => _structured.Coordinator is not null;

    /// <summary>Raised when a write asks for a sync at once.</summary>
    public event Action? SyncRequested;

    public ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        return _subscriptions is not null ? ValueTask.CompletedTask : OpenSlowlyAsync(cancellationToken);
    }

    /// <summary>The lane of a scope in which a collection's records stand.</summary>
    public Lane LaneOf(string scope, CollectionDescriptor collection) =>
        new(scope, ScopeLane.NameOf(scope, collection.IsEphemeral), collection.IsEphemeral ? _ephemeral : _structured);

    /// <summary>The lanes of a scope, or (where <see langword="null"/>) of all subscribed ones, the structured first.</summary>
    public IReadOnlyList<Lane> LanesOf(string? scope)
    {
        IReadOnlyCollection<string> scopes = scope is null ? Subscriptions : [scope];
        IEnumerable<Lane> lanes = scopes.Select(name => new Lane(name, name, _structured));
        return _hasEphemeral
            ? [.. lanes, .. scopes.Select(name => new Lane(name, ScopeLane.NameOf(name, isEphemeral: true), _ephemeral))]
            : [.. lanes];
    }

    public ISyncScope Scope(string name) => RecordNames.WhyNotSubscribable(name) is { } why
        ? throw new ArgumentException(why, nameof(name))
        : new SyncScope(this, name);

    public async ValueTask SubscribeAsync(string scope, CancellationToken cancellationToken)
    {
        if (RecordNames.WhyNotSubscribable(scope) is { } why)
        {
            throw new ArgumentException(why, nameof(scope));
        }

        await OpenAsync(cancellationToken).ConfigureAwait(false);
        await _subscriptions!.AddAsync(scope, cancellationToken).ConfigureAwait(false);
        SyncRequested?.Invoke();
    }

    public ValueTask<WriteReceipt> WriteAsync(Action<WriteBatch> write, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(write);
        var batch = new WriteBatch();
        write(batch);
        return batch.Collection is { } collection
            ? WriteAsync(LaneOf(batch.Scope!, collection), batch.Writes, options: null, cancellationToken)
            : throw new ArgumentException("The batch holds no write.", nameof(write));
    }

    public async ValueTask<WriteReceipt> WriteAsync(
        Lane lane, IReadOnlyList<RecordWrite> writes, WriteOptions? options, CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        if (!_subscriptions!.Contains(lane.Scope))
        {
            throw new InvalidOperationException(
                $"This device is not subscribed to the scope '{lane.Scope}': what it wrote there would never be synced. "
                + "Call SubscribeAsync first, or Subscribe when you configure the engine.");
        }

        var queued = new QueuedWrite(
            lane.Name, writes, options?.Author ?? _options.Author, options?.Durability ?? _options.Durability);
        GlobalDot version = await lane.Replica.WriteAsync(queued, cancellationToken).ConfigureAwait(false);
        if (writes.Any(write => _declarations[write.Key.Collection].SyncsImmediately))
        {
            SyncRequested?.Invoke();
        }

        return new WriteReceipt(lane.Scope, lane.Name, version, _outcomes);
    }

    public async ValueTask<SyncReport> SyncAsync(IProgress<SyncProgress>? progress, CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        if (!HasTransport)
        {
            throw new InvalidOperationException(
                "The engine has no transport: call UseHttp (or UseTransport) when you configure it.");
        }

        SyncReport report = await _director.SyncAsync(
            LanesOf(scope: null),
            catalog => new SessionObserver(Publisher, catalog, _extensions, Serializer, _outcomes, _clock, progress),
            cancellationToken).ConfigureAwait(false);
        _memory.MeasureIfLimited();
        return report;
    }

    public async ValueTask<JournalStatus> GetJournalStatusAsync(CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        JournalStatus structured = await ReadJournalStatusAsync(_structured, cancellationToken).ConfigureAwait(false);
        return _ephemeral == _structured
            ? structured
            : structured.With(await ReadJournalStatusAsync(_ephemeral, cancellationToken).ConfigureAwait(false));
    }

    public MemoryReport GetMemoryReport()
    {
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        return _memory.Measure();
    }

    public CollectionDeclaration DeclarationOf(string collection) => _declarations.TryGetValue(collection, out var found)
        ? found
        : throw new ArgumentException($"The collection '{collection}' is not declared.", nameof(collection));

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

        await _memory.StopAsync().ConfigureAwait(false);
        await _structured.StopAsync().ConfigureAwait(false);
        await _ephemeral.StopAsync().ConfigureAwait(false);
        foreach (CollectionDeclaration declaration in _declarations.Values)
        {
            (declaration.Behavior as IDisposable)?.Dispose();
        }

        Publisher.Close();
        _director.Dispose();
        _opening.Dispose();
        await _structured.DisposeAsync().ConfigureAwait(false);
        if (_ephemeral != _structured)
        {
            await _ephemeral.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async ValueTask<JournalStatus> ReadJournalStatusAsync(
        LocalReplica replica, CancellationToken cancellationToken)
    {
        await using IStoreSnapshot snapshot = await replica.Store.ReadAsync(cancellationToken).ConfigureAwait(false);
        return await snapshot.GetJournalStatusAsync(scope: null, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask OpenSlowlyAsync(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_subscriptions is not null)
            {
                return;
            }

            await _structured.OpenAsync(cancellationToken).ConfigureAwait(false);
            if (_ephemeral != _structured)
            {
                await _ephemeral.OpenAsync(cancellationToken).ConfigureAwait(false);
                await LaneMover.MoveAsync(_structured.Store, _ephemeral.Store, cancellationToken).ConfigureAwait(false);
                _ephemeral.Start(Publisher, _clock, Siblings);
            }

            SubscriptionBook subscriptions = await SubscriptionBook
                .LoadAsync(_structured.Store, _initialScopes, cancellationToken).ConfigureAwait(false);
            _structured.Start(Publisher, _clock, Siblings);
            _memory.Start();
            _subscriptions = subscriptions;
        }
        finally
        {
            _opening.Release();
        }
    }
}
