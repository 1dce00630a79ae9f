using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.Engine.Health;
using Ordo.Sync.Engine.Inbox;
using Ordo.Sync.Engine.Resources;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Engine.Watching;
using Ordo.Sync.Engine.Writes;
using Ordo.Sync.Replication;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Engine.Replicas;

/// <summary>
/// One store of a device with what writes to it and syncs it: a replica by itself, with its own identity, journal and knowledge.
/// </summary>
internal sealed class LocalReplica(
    IRecordStore store,
    SyncCoordinator? coordinator,
    ImmutableArray<CollectionDeclaration> declarations,
    SyncOptions options) : IMemoryConsumer, IAsyncDisposable
{
    private readonly WriteQueue _queue = new(options.QueueBytesMax);
    private CollectionCatalog? _catalog;
    private GroupWriter? _writer;
    private Task _writing = Task.CompletedTask;

    public IRecordStore Store => store;

    /// <summary>What syncs it; <see langword="null"/> where there is no way to a hub.</summary>
    public SyncCoordinator? Coordinator => coordinator;

    /// <summary>The collections known here; once it is open.</summary>
    public CollectionCatalog Catalog =>
        _catalog ?? throw new InvalidOperationException("The engine is not open yet: call OpenAsync first.");

    /// <summary>The bytes of writes that wait for the writer.</summary>
    public long WaitingBytes => _queue.WaitingBytes;

    /// <summary>The bytes of writes that may wait before callers wait too.</summary>
    public long QueueBytesMax => _queue.CapacityBytes;

    /// <summary>The callers who wait for room in the queue.</summary>
    public int WaiterCount => _queue.WaiterCount;

    /// <inheritdoc/>
    public void Adapt(MemoryLevel level) =>
        _queue.CapacityBytes = MemoryShare.Of(options.QueueBytesMax, level, MemoryShare.QueueBytesMin);

    /// <inheritdoc/>
    public void Trim() => (store as IMemoryTrimmable)?.TrimMemory();

    /// <summary>Opens the store and reads its collections.</summary>
    public async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        await store.OpenAsync(cancellationToken).ConfigureAwait(false);
        CollectionCatalog catalog = await CollectionCatalog.LoadAsync(store, cancellationToken).ConfigureAwait(false);
        foreach (CollectionDeclaration declaration in declarations)
        {
            catalog.Declare(declaration.Descriptor);
            if (declaration.Behavior is { } behavior)
            {
                catalog.UseBehavior(declaration.Descriptor.Name, behavior);
            }

            if (declaration.KeepsSchema)
            {
                continue;
            }

            var schema = new CollectionSchema(declaration.Descriptor.Name, declaration.Indexes);
            await store.DefineCollectionAsync(schema, cancellationToken).ConfigureAwait(false);
        }

        _catalog = catalog;
    }

    /// <summary>Starts its writer; once it is open, and nothing else writes to it.</summary>
    public void Start(
        ChangePublisher publisher,
        SyncHealth health,
        PeerClock clock,
        SiblingReader siblings,
        Func<string, bool> isSubscribed)
    {
        // The writer outlives whoever opens the engine, and is no part of what that one is doing.
        using AsyncFlowControl? flow = ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow();
        _writer = new GroupWriter(store, Catalog, _queue, publisher, health, clock, siblings, isSubscribed);
        _writing = _writer.RunAsync();
    }

    /// <summary>Writes, in the order of coming, and waits until it is committed.</summary>
    public ValueTask<GlobalDot> WriteAsync(QueuedWrite write, CancellationToken cancellationToken) =>
        !cancellationToken.IsCancellationRequested && _writer?.TryEnter(write) == true
            ? _writer.WriteAloneAsync(write)
            : _queue.WriteAsync(write, cancellationToken);

    /// <summary>Takes no more writes and waits for those taken.</summary>
    public async ValueTask StopAsync()
    {
        _queue.Close();
        await _writing.ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => store.DisposeAsync();
}
