using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Diagnostics;
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
using Ordo.Sync.Engine.Verification;
using Ordo.Sync.Engine.Watching;
using Ordo.Sync.Engine.Writes;
using Ordo.Sync.Errors;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Forgetting;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Replication.Session;
using Ordo.Sync.Scheduling;
using Ordo.Sync.Storage;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Engine;

/// <inheritdoc cref="ISyncEngine"/>
internal sealed partial class SyncEngine : ISyncEngine
{
    private const int ForgettingPagesMax = 4;

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

    public ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        return _subscriptions is not null ? ValueTask.CompletedTask : OpenSlowlyAsync(cancellationToken);
    }

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

    public ValueTask<SyncReport> SyncAsync(IProgress<SyncProgress>? progress, CancellationToken cancellationToken) =>
        SyncAsync(laneNames: null, progress, cancellationToken);

    /// <summary>Syncs lanes by name, all where <see langword="null"/>.</summary>
    public async ValueTask<SyncReport> SyncAsync(
        IReadOnlyCollection<string>? laneNames, IProgress<SyncProgress>? progress, CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        if (!HasTransport)
        {
            throw new InvalidOperationException(
                "The engine has no transport: call UseHttp (or UseTransport) when you configure it.");
        }

        await ExpirySweeper.SweepAsync(_ephemeral, cancellationToken).ConfigureAwait(false);
        using Activity? activity = SyncActivities.Start("ordo.sync.sync", ActivityKind.Internal);
        SyncReport report;
        long began = _time.GetTimestamp();
        BlobService?.BeginRecordSync();
        try
        {
            report = await _director.SyncAsync(
                () => [.. LanesOf(scope: null).Where(lane => laneNames?.Contains(lane.Name) != false)],
                catalog => Observe(catalog, progress),
                cancellationToken).ConfigureAwait(false);
        }
        catch (SyncException exception)
        {
            HealthMonitor.OnSyncFailed(exception, _time.GetElapsedTime(began));
            activity.Fail(exception.Code);
            throw;
        }
        finally
        {
            BlobService?.EndRecordSync();
        }

        HealthMonitor.OnSynced(report);
        await Renewals.TellAsync(cancellationToken).ConfigureAwait(false);
        activity?.SetTag("ordo.sync.status", report.Status.ToString());
        if (report.Error is { } error)
        {
            activity.Fail(error.Code);
        }

        await RemoveRevokedAsync(report, cancellationToken).ConfigureAwait(false);
        foreach (Lane lane in LanesOf(scope: null).Where(lane => laneNames?.Contains(lane.Name) != false))
        {
            await TombstoneCollector.FollowAsync(
                lane.Replica.Store, lane.Replica.Catalog, lane.Name, ForgettingPagesMax, cancellationToken).ConfigureAwait(false);
        }

        _memory.MeasureIfLimited();
        return report;
    }

    /// <summary>Who is told what a session does, or what the push of a peer does.</summary>
    public ISessionObserver Observe(CollectionCatalog catalog, IProgress<SyncProgress>? progress, ReplicaId peer = default) =>
        new SessionObserver(Publisher, catalog, _extensions, Serializer, _outcomes, _clock, progress, peer)
        {
            IdentityRenewed = (after, reason) => Renewals.OnFound(StoreOf(catalog), after, reason),
        };

    /// <summary>Asks for a sync of a lane: of one under way, where that is of less urgent ones, and of the background service.</summary>
    public void RequestSync(Lane lane)
    {
        _director.Urge(lane);
        SyncRequested?.Invoke(lane.Name);
    }

    /// <summary>The same for a lane by name; of one that is not this device's, the background service alone hears.</summary>
    public void RequestSync(string lane)
    {
        string scope = ScopeLane.ScopeOf(lane);
        if (_subscriptions?.Contains(scope) == true)
        {
            RequestSync(MakeLane(scope, ScopeLane.IsEphemeral(lane)));
        }
        else
        {
            SyncRequested?.Invoke(lane);
        }
    }

    public ValueTask<VerifyReport> VerifyAsync(
        VerifyOptions? options, IProgress<VerifyProgress>? progress, CancellationToken cancellationToken) =>
        new EngineVerification(this, _director, _clock, options ?? new VerifyOptions(), progress).RunAsync(cancellationToken);

    public async ValueTask<JournalStatus> GetJournalStatusAsync(CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        JournalStatus structured = await ReadJournalStatusAsync(_structured, cancellationToken).ConfigureAwait(false);
        return _ephemeral == _structured
            ? structured
            : structured.With(await ReadJournalStatusAsync(_ephemeral, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>What a live connection to the hub is asked for.</summary>
    public ListenRequest DescribeListener() => new(
        [.. LanesOf(scope: null).Select(lane => lane.Replica.Store.Replica).Distinct()],
        [.. LanesOf(scope: null).Select(lane => lane.Name)]);

    public MemoryReport GetMemoryReport()
    {
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        return _memory.Measure();
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

        HealthMonitor.Dispose();
        await _memory.StopAsync().ConfigureAwait(false);
        await _structured.StopAsync().ConfigureAwait(false);
        await _ephemeral.StopAsync().ConfigureAwait(false);
        foreach (CollectionDeclaration declaration in Declarations.All)
        {
            (declaration.Behavior as IDisposable)?.Dispose();
        }

        Publisher.Close();
        _director.Dispose();
        _subscriptionsChanging.Dispose();
        _opening.Dispose();
        _subscribing.Dispose();
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
            }

            SubscriptionBook subscriptions = await SubscriptionBook
                .LoadAsync(_structured.Store, _initialScopes, ReturnAsync, cancellationToken).ConfigureAwait(false);
            _structured.Start(Publisher, HealthMonitor, _clock, Siblings, subscriptions.Contains);
            if (_ephemeral != _structured)
            {
                _ephemeral.Start(Publisher, HealthMonitor, _clock, Siblings, subscriptions.Contains);
            }

            _memory.Start();
            foreach ((LocalReplica replica, _) in Replicas)
            {
                Renewals.OnOpened(replica.Store);
            }

            _subscriptions = subscriptions;
        }
        finally
        {
            _opening.Release();
        }

        await Renewals.TellAsync(cancellationToken).ConfigureAwait(false);
    }

    private Lane MakeLane(string scope, bool isEphemeral) =>
        new(scope, ScopeLane.NameOf(scope, isEphemeral), isEphemeral ? _ephemeral : _structured)
        {
            Priority = _subscriptions?.PriorityOf(scope) ?? 0,
        };

    private IRecordStore StoreOf(CollectionCatalog catalog) =>
        Replicas.First(item => ReferenceEquals(item.Replica.Catalog, catalog)).Replica.Store;
}
