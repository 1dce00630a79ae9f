using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Ordo.Sync.Causality;
using Ordo.Sync.Errors;
using Ordo.Sync.Faster.Binary;
using Ordo.Sync.Faster.Checkpoints;
using Ordo.Sync.Faster.Files;
using Ordo.Sync.Faster.Log;
using Ordo.Sync.Faster.Operations;
using Ordo.Sync.Faster.State;
using Ordo.Sync.Faster.Transactions;
using Ordo.Sync.Faster.Values;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Identity;
using Ordo.Sync.Storage.Memory;

namespace Ordo.Sync.Faster;

/// <summary>
/// The ephemeral record store: fast writes and a bounded memory for values that come and go. Keys and indexes stand in memory,
/// values in FASTER's hybrid log, and every commit in a log of the store's own, from which it is recovered; commits mean the same as
/// in the SQLite store. One writer at a time, in the order of asking; readers never wait for it. Thread-safe.
/// </summary>
/// <remarks>
/// One store object holds a folder, in all processes. Opening reads everything that is stored. Operations run on the caller's
/// thread and complete synchronously, except where a writer waits for its turn or, with the log at its bound, for a checkpoint.
/// The layout is explained in docs/internals/faster-store.md. Source of the hybrid log: Chandramouli et al., FASTER (SIGMOD 2018).
/// </remarks>
public sealed partial class FasterRecordStore : IRecordStore, IExpiringStore, IMeasurableStore
{
    private readonly StoreSettings _settings;
    private readonly EntropySource _entropy;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Func<string, IStoreFiles> _openFolder;
    private readonly WriterQueue _writers;
    private readonly RetainedImages _retained = new();
    private readonly ByteWriter _frame = new();
    private readonly ByteWriter _scratch = new();
    private readonly Lock _committing = new();
    private readonly Action _exit;
    private readonly bool _hasSidecar;
    private volatile StoreImage? _committed;
    private StoreLock? _lock;
    private RecoveredStore? _recovered;
    private Maintainer? _maintainer;
    private StoreSidecar? _sidecar;
    private int _opened;
    private volatile bool _isDisposed;

    /// <summary>Makes a store over a folder; nothing is touched before <see cref="OpenAsync"/>.</summary>
    /// <param name="options">Where the folder is and how it is kept.</param>
    /// <param name="timeProvider">The clock by which records expire; the system's by default.</param>
    /// <param name="entropy">Where a new store's replica id comes from; the system's generator by default.</param>
    /// <param name="logger">Where the store tells of torn logs, damaged checkpoints and failed maintenance; nowhere by default.</param>
    /// <exception cref="ArgumentException">An option is missing or outside its range.</exception>
    public FasterRecordStore(
        FasterStoreOptions options,
        TimeProvider? timeProvider = null,
        EntropySource? entropy = null,
        ILogger<FasterRecordStore>? logger = null)
        : this(options, timeProvider, entropy, logger, folder => new DiskFiles(folder)) => _hasSidecar = true;

    /// <summary>A store over files of its maker's, without a sidecar: for what tests do to files, copies among it.</summary>
    internal FasterRecordStore(
        FasterStoreOptions options,
        TimeProvider? timeProvider,
        EntropySource? entropy,
        ILogger? logger,
        Func<string, IStoreFiles> openFolder)
    {
        ArgumentNullException.ThrowIfNull(options);
        _settings = options.Resolve();
        _time = timeProvider ?? TimeProvider.System;
        _entropy = entropy ?? EntropySource.System;
        _logger = logger ?? NullLogger.Instance;
        _openFolder = openFolder;
        _writers = new WriterQueue(_settings.Folder);
        _exit = _writers.Exit;
    }

    /// <inheritdoc/>
    public string Name => _settings.Folder;

    /// <inheritdoc/>
    public ReplicaId Replica => Committed.Replica;

    /// <inheritdoc/>
    public string? RenewalReason => _sidecar?.Doubt;

    /// <inheritdoc/>
    public ReplicaTable Replicas => Committed.Replicas;

    private StoreImage Committed
    {
        get
        {
            ThrowIfDisposed();
            return _committed ?? throw new InvalidOperationException(
                $"The store '{Name}' is not open: await OpenAsync first.");
        }
    }

    private ValueStore Values => _recovered!.Values;

    private CommitLog Log => _recovered!.Log;

    /// <inheritdoc/>
    public async ValueTask DefineCollectionAsync(CollectionSchema schema, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(schema);
        if (RecordNames.WhyNotCollection(schema.Name) is { } reason)
        {
            throw new ArgumentException(reason, nameof(schema));
        }

        if (schema.Indexes.DistinctBy(index => index.Field).Count() != schema.Indexes.Length
            || schema.Indexes.Any(index => index.Field.Contains('\0', StringComparison.Ordinal)))
        {
            throw new ArgumentException(
                $"The collection '{schema.Name}' declares two indexes on one field, or one on a name with NUL.", nameof(schema));
        }

        if (Committed.LayoutOf(schema.Name).Schema is { } present && present.Indexes.SequenceEqual(schema.Indexes))
        {
            return;
        }

        await using IStoreTransaction transaction = await BeginAsync(cancellationToken).ConfigureAwait(false);
        ((FasterTransaction)transaction).Define(schema);
        await transaction.CommitAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<StoredRecord?> GetAsync(string scope, RecordKey key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scope);
        cancellationToken.ThrowIfCancellationRequested();
        StoreImage image = Committed;
        while (image.FindScope(scope) is { } found && found.Records.TryGet(key, out RecordSlot slot))
        {
            if (Values.Read(slot.Number) is { } value)
            {
                return new(Decode(key, slot.Number, value));
            }

            // The value of a state that nobody holds may go when a later commit supersedes it: that commit has the answer.
            StoreImage newer = Committed;
            image = ReferenceEquals(newer, image) ? throw MissingValue(slot.Number) : newer;
        }

        return new((StoredRecord?)null);
    }

    /// <inheritdoc/>
    public ValueTask<IStoreSnapshot> ReadAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        LinkedListNode<StoreImage> held = _retained.Hold(() => Committed);
        return new(new FasterSnapshot(this, Values, held.Value, () => _retained.Release(held)));
    }

    internal void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_isDisposed, this);

    /// <summary>A state refers to a value that is not there.</summary>
    internal SyncException MissingValue(long number)
    {
        ThrowIfDisposed();
        return Failures.Unavailable(Name, $"FASTER has lost value {number}; opening the store again recovers it");
    }

    /// <summary>The record of a value, as readers get it.</summary>
    internal StoredRecord Decode(RecordKey key, long number, ReadOnlyMemory<byte> value) =>
        Decode(key, number, value, withVisible: false);

    /// <summary>The record of a value, with what it makes visible.</summary>
    internal StoredRecord DecodeVisible(long number, ReadOnlyMemory<byte> value) =>
        Decode(default, number, value, withVisible: true);

    private StoredRecord Decode(RecordKey key, long number, ReadOnlyMemory<byte> value, bool withVisible)
    {
        try
        {
            return RecordCodec.Read(key, value, withVisible);
        }
        catch (InvalidDataException exception)
        {
            throw Failures.Unavailable(Name, $"value {number} is no record: {exception.Message}", exception);
        }
    }
}
