using Ordo.Sync.Causality;
using Ordo.Sync.Records;

namespace Ordo.Sync.Storage.Memory;

/// <summary>
/// A record store in memory, for tests, simulations and data that may go with the process. It keeps the whole contract
/// but durability: <see cref="Durability"/> makes no difference, and what it holds is gone with it.
/// </summary>
/// <remarks>
/// Every commit makes a new immutable version of the store out of what it changed and what it shares with the version
/// before; snapshots keep theirs. Reads and writes cost the logarithm of what is held. Queries use the declared
/// indexes; a query by key order passes over the tombstones between the records it finds. Payloads are kept as they are
/// given, not copied.
/// </remarks>
public sealed class InMemoryRecordStore : IRecordStore
{
    private readonly EntropySource _entropy;
    private readonly WriterQueue _writers;
    private readonly Lock _lock = new();
    private MemoryState? _initial;
    private volatile MemoryState? _committed;
    private volatile bool _isDisposed;

    /// <summary>Makes an empty store; <see cref="OpenAsync"/> gives it its identity.</summary>
    /// <param name="name">What messages call it. The default is "memory".</param>
    /// <param name="entropy">Where its replica id comes from. The default is the operating system.</param>
    public InMemoryRecordStore(string name = "memory", EntropySource? entropy = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        Name = name;
        _entropy = entropy ?? EntropySource.System;
        _writers = new WriterQueue(name);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public ReplicaId Replica => Committed.Replica;

    /// <inheritdoc/>
    public ReplicaTable Replicas => Committed.Replicas;

    private MemoryState Committed
    {
        get
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _committed ?? throw new InvalidOperationException(
                $"The store '{Name}' is not open: call OpenAsync first.");
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The store is open already.</exception>
    public ValueTask OpenAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_committed is not null)
            {
                throw new InvalidOperationException($"The store '{Name}' is open already.");
            }

            _committed = _initial ?? new MemoryState(ReplicaId.Create(_entropy));
            _initial = null;
        }

        return default;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The name cannot be a collection's, or a field is indexed twice.</exception>
    public async ValueTask DefineCollectionAsync(CollectionSchema schema, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(schema);
        if (RecordNames.WhyNotCollection(schema.Name) is { } reason)
        {
            throw new ArgumentException(reason, nameof(schema));
        }

        if (schema.Indexes.DistinctBy(index => index.Field).Count() != schema.Indexes.Length)
        {
            throw new ArgumentException(
                $"The collection '{schema.Name}' declares two indexes on one field.", nameof(schema));
        }

        MemoryState fork = await BeginWriteAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            fork.Define(schema);
            Publish(fork);
        }
        finally
        {
            EndWrite();
        }
    }

    /// <inheritdoc/>
    public ValueTask<StoredRecord?> GetAsync(
        string scope, RecordKey key, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(MemorySnapshot.Find(Committed, scope, key));
    }

    /// <inheritdoc/>
    public ValueTask<IStoreSnapshot> ReadAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(new MemorySnapshot(Committed));
    }

    /// <inheritdoc/>
    public async ValueTask<IStoreTransaction> BeginAsync(CancellationToken cancellationToken = default) =>
        new MemoryTransaction(this, await BeginWriteAsync(cancellationToken).ConfigureAwait(false));

    /// <summary>
    /// A store of its own that holds what was committed here, identity included: a backup, or, where this store is
    /// disposed, what a restart or a crash leaves. Costs a few objects, whatever is held. The clone is not open yet, and may be cloned again.
    /// </summary>
    /// <param name="name">What messages call the clone; this store's name by default.</param>
    /// <exception cref="InvalidOperationException">This store was never open.</exception>
    /// <remarks>
    /// To open a clone beside its original is to restore a backup: both issue dots under one id until one takes a new
    /// incarnation (<see cref="IStoreTransaction.RotateAsync"/>). That is for the floors above to notice.
    /// </remarks>
    public InMemoryRecordStore Clone(string? name = null)
    {
        lock (_lock)
        {
            MemoryState state = _committed ?? _initial
                ?? throw new InvalidOperationException($"The store '{Name}' was never open.");
            return new InMemoryRecordStore(name ?? Name, _entropy) { _initial = state.Fork() };
        }
    }

    /// <inheritdoc/>
    /// <remarks>A transaction still open cannot commit any more; snapshots can be read to their end.</remarks>
    public ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _isDisposed = true;
        }

        _writers.Close();
        return default;
    }

    internal void Publish(MemoryState state)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _committed = state;
        }
    }

    internal void EndWrite() => _writers.Exit();

    private async Task<MemoryState> BeginWriteAsync(CancellationToken cancellationToken)
    {
        _ = Committed;
        await _writers.EnterAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return Committed.Fork();
        }
        catch
        {
            EndWrite();
            throw;
        }
    }
}
