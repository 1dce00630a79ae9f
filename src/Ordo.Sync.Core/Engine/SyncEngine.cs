using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Blobs;
using Ordo.Sync.Engine.Bundles;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.Engine.Extensions;
using Ordo.Sync.Engine.Health;
using Ordo.Sync.Engine.History;
using Ordo.Sync.Engine.Inbox;
using Ordo.Sync.Engine.Outcomes;
using Ordo.Sync.Engine.Payloads;
using Ordo.Sync.Engine.Peers;
using Ordo.Sync.Engine.Replicas;
using Ordo.Sync.Engine.Resources;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Engine.Watching;
using Ordo.Sync.Engine.Writes;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Scheduling;
using Ordo.Sync.Storage;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Engine;

/// <inheritdoc cref="ISyncEngine"/>
internal sealed partial class SyncEngine : ISyncEngine
{
    private readonly LocalReplica _structured;
    private readonly LocalReplica _ephemeral;
    private readonly SyncOptions _options;
    private readonly SyncDirector _director;
    private readonly OutcomeBoard _outcomes = new();
    private readonly PeerClock _clock;
    private readonly ExtensionHost _extensions;
    private readonly EntropySource _entropy;
    private readonly TimeProvider _time;
    private readonly MemoryGovernor _memory;
    private readonly AsyncSemaphore _opening = new(1);
    private readonly ImmutableArray<ConfiguredScope> _initialScopes;
    private SubscriptionBook? _subscriptions;
    private CancellationTokenSource _subscriptionsChanging = new();
    private int _isDisposed;

    public SyncEngine(
        LocalReplica structured,
        LocalReplica? ephemeral,
        IPayloadSerializer serializer,
        ExtensionHost extensions,
        MemoryGovernor memory,
        SyncOptions options,
        ImmutableArray<CollectionDeclaration> declarations,
        ImmutableArray<ConfiguredScope> scopes,
        TimeProvider time,
        EntropySource entropy,
        IMeterFactory? meters)
    {
        _structured = structured;
        _ephemeral = ephemeral ?? structured;
        _options = options;
        Declarations = new DeclarationBook(declarations, options.PayloadBytesMax);
        _initialScopes = scopes;
        _clock = new PeerClock(time);
        _director = new SyncDirector(extensions, time);
        _time = time;
        Serializer = serializer;
        _extensions = extensions;
        _entropy = entropy;
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
        Bundles = new BundleService(this, _clock, entropy);
        Peers = new PeerService(this, entropy);
        Renewals = new RenewalWatch(extensions, time);
        HealthMonitor = new SyncHealth(this, meters, time);
        foreach ((LocalReplica replica, _) in Replicas)
        {
            replica.Coordinator?.Observe(HealthMonitor);
        }
    }

    public ReplicaId Replica => _structured.Store.Replica;

    public IReadOnlyCollection<string> Subscriptions => _subscriptions?.Scopes ?? [.. _initialScopes.Select(scope => scope.Name)];

    public IPayloadSerializer Serializer { get; }

    /// <summary>The collections that the app declares.</summary>
    public DeclarationBook Declarations { get; }

    public IConflictInbox Conflicts { get; }

    public IOutcomeLog Outcomes { get; }

    public IBundles Bundles { get; }

    public IPeers Peers { get; }

    public ISyncHealth Health => HealthMonitor;

    /// <summary>Hears what this engine does.</summary>
    public SyncHealth HealthMonitor { get; }

    /// <summary>Hears of stores that take a new identity.</summary>
    public RenewalWatch Renewals { get; }

    /// <summary>Whether the engine is open.</summary>
    public bool IsOpen => Volatile.Read(ref _subscriptions) is not null && Volatile.Read(ref _isDisposed) == 0;

    /// <summary>The stores, the structured one first.</summary>
    public IReadOnlyList<(LocalReplica Replica, bool IsEphemeral)> Replicas =>
        _ephemeral == _structured ? [(_structured, false)] : [(_structured, false), (_ephemeral, true)];

    /// <summary>The bytes moved to and from the hub so far; <see langword="null"/> where there is no way to one.</summary>
    public TransportBytes? Traffic => _structured.Coordinator?.Bytes;

    /// <summary>The clock.</summary>
    public TimeProvider Time => _time;

    /// <summary>What keeps the process below its memory limit.</summary>
    public MemoryGovernor Memory => _memory;

    /// <summary>Shows versions as sides of a conflict.</summary>
    public SiblingReader Siblings { get; }

    /// <summary>Reads the histories of records.</summary>
    public HistoryReader Histories { get; }

    public ChangePublisher Publisher { get; } = new();

    public IBlobs Blobs => BlobService ?? throw new InvalidOperationException(
        "The engine has no place for blobs: call UseFileSystemBlobs(\"files\") when you configure it.");

    /// <summary>The blob lane; <see langword="null"/> where the engine keeps no blobs. Set once, before the engine is used.</summary>
    public BlobService? BlobService { get; set; }

    /// <summary>Whether there is a way to a hub.</summary>
    public bool HasTransport => _structured.Coordinator is not null;

    /// <summary>The way to a hub, where it can tell of changes.</summary>
    public ILiveTransport? LiveTransport => _structured.Coordinator?.LiveTransport;

    /// <summary>Cancelled when the subscriptions change; there is a new one then.</summary>
    public CancellationToken SubscriptionsChanging => _subscriptionsChanging.Token;

    /// <summary>Raised with the name of a lane when a write in it asks for a sync at once.</summary>
    public event Action<string>? SyncRequested;

    /// <summary>The store of structured collections; to be read once the engine is open.</summary>
    public IRecordStore StructuredStore => _structured.Store;

    /// <summary>The lane of a scope in which a collection's records stand.</summary>
    public Lane LaneOf(string scope, CollectionDescriptor collection) =>
        MakeLane(scope, collection.IsEphemeral);

    /// <summary>The lanes of a scope, or (where <see langword="null"/>) of all subscribed ones, the structured first.</summary>
    public IReadOnlyList<Lane> LanesOf(string? scope)
    {
        IReadOnlyCollection<string> scopes = scope is null ? Subscriptions : [scope];
        IEnumerable<Lane> lanes = scopes.Select(name => MakeLane(name, isEphemeral: false));
        return Declarations.HasEphemeral
            ? [.. lanes, .. scopes.Select(name => MakeLane(name, isEphemeral: true))]
            : [.. lanes];
    }

    public ISyncScope Scope(string name) => RecordNames.WhyNotSubscribable(name) is { } why
        ? throw new ArgumentException(why, nameof(name))
        : new SyncScope(this, name);

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
        var queued = new QueuedWrite(
            lane.Name, writes, options?.Author ?? _options.Author, options?.Durability ?? _options.Durability);
        GlobalDot version;
        BlobService?.BeginRecordWrite();
        try
        {
            version = await lane.Replica.WriteAsync(queued, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            BlobService?.EndRecordWrite();
        }

        if (Declarations.AskForSync(writes))
        {
            RequestSync(lane);
        }

        return new WriteReceipt(lane.Scope, lane.Name, version, _outcomes);
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

    private static async ValueTask<JournalStatus> ReadJournalStatusAsync(
        LocalReplica replica, CancellationToken cancellationToken)
    {
        await using IStoreSnapshot snapshot = await replica.Store.ReadAsync(cancellationToken).ConfigureAwait(false);
        return await snapshot.GetJournalStatusAsync(scope: null, cancellationToken).ConfigureAwait(false);
    }

    private Lane MakeLane(string scope, bool isEphemeral) =>
        new(scope, ScopeLane.NameOf(scope, isEphemeral), isEphemeral ? _ephemeral : _structured)
        {
            Priority = _subscriptions?.PriorityOf(scope) ?? 0,
        };
}
