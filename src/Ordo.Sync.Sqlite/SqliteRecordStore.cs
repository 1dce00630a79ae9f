using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Scheduling;
using Ordo.Sync.Sqlite.Driver;
using Ordo.Sync.Sqlite.Maintenance;
using Ordo.Sync.Sqlite.Records;
using Ordo.Sync.Sqlite.Schema;
using Ordo.Sync.Sqlite.State;
using Ordo.Sync.Sqlite.Transactions;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Identity;

namespace Ordo.Sync.Sqlite;

/// <summary>
/// The structured record store: one SQLite file in which collections are tables that plain SQL can read. One writer at
/// a time, in the order of asking; readers on connections of their own never wait for it. Thread-safe.
/// </summary>
/// <remarks>
/// One store object holds a file for writing, in all processes (<c>file.lock</c> beside it);
/// <see cref="SqliteStoreOptions.ReadOnly"/> opens beside it. Databases in memory are not supported. Operations run on
/// the caller's thread and complete synchronously, except where a writer waits for its turn. The layout is explained in
/// docs/internals/sqlite-store.md.
/// </remarks>
public sealed partial class SqliteRecordStore : IRecordStore, IAuthorSource
{
    private static readonly SqlText BeginImmediate = new("BEGIN IMMEDIATE");

    private readonly StoreSettings _settings;
    private readonly MigrationContext _context;
    private readonly SchemaHistory _history;
    private readonly Func<string, ILogFile> _openLog;
    private readonly AsyncSemaphore _writerTurn = new(1);
    private volatile StoreState? _committed;
    private volatile StoreState? _committing;
    private StoreLock? _lock;
    private Connection? _writer;
    private ReaderPool? _readers;
    private Checkpointer? _checkpointer;
    private WalFile? _wal;
    private LogFlusher? _flusher;
    private StoreSidecar? _sidecar;
    private int _opened;
    private int _disposed;

    /// <summary>Makes a store over a file; nothing is touched before <see cref="OpenAsync"/>.</summary>
    /// <param name="options">Where the file is and how it is kept.</param>
    /// <param name="timeProvider">The clock; the system's by default.</param>
    /// <param name="entropy">Where a new store's replica id comes from; the system's generator by default.</param>
    /// <exception cref="ArgumentException">An option is missing or outside its range.</exception>
    public SqliteRecordStore(
        SqliteStoreOptions options, TimeProvider? timeProvider = null, EntropySource? entropy = null)
        : this(options, timeProvider, entropy, SchemaHistory.Current)
    {
    }

    internal SqliteRecordStore(
        SqliteStoreOptions options,
        TimeProvider? timeProvider,
        EntropySource? entropy,
        SchemaHistory history,
        Func<string, ILogFile>? openLog = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _settings = options.Resolve();
        _context = new MigrationContext(entropy ?? EntropySource.System, timeProvider ?? TimeProvider.System);
        _history = history;
        _openLog = openLog ?? (static path => new SystemLogFile(path));
    }

    /// <inheritdoc/>
    public string Name => _settings.Path;

    /// <inheritdoc/>
    public ReplicaId Replica => Latest().Replica;

    /// <inheritdoc/>
    public string? RenewalReason => _sidecar?.Doubt;

    /// <inheritdoc/>
    public bool IsReadOnly => _settings.ReadOnly;

    /// <inheritdoc/>
    public ReplicaTable Replicas => Latest().Replicas;

    /// <summary>The authors that versions name.</summary>
    internal AuthorNames Authors { get; } = new();

    /// <summary>The numbers of scopes.</summary>
    internal ScopeNames Scopes { get; } = new();

    /// <summary>Whether any record may have further siblings; while none has, writes need not look for them.</summary>
    internal bool MayHoldSiblings { get; set; }

    /// <inheritdoc/>
    public async ValueTask DefineCollectionAsync(CollectionSchema schema, CancellationToken cancellationToken = default)
    {
        CollectionDefiner.Validate(schema);
        if (Latest().Catalog.Find(schema.Name) is { } table && CollectionDefiner.Matches(table, schema))
        {
            return;
        }

        await using IStoreTransaction transaction = await BeginAsync(cancellationToken).ConfigureAwait(false);
        ((SqliteTransaction)transaction).Define(schema);
        await transaction.CommitAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<StoredRecord?> GetAsync(string scope, RecordKey key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scope);
        cancellationToken.ThrowIfCancellationRequested();
        StoreState state = Latest();
        Connection connection = _readers!.Rent();
        try
        {
            using Lock.Scope held = connection.Gate.EnterScope();
            ThrowIfUnusable(connection);
            if (IsReadOnly)
            {
                state = StateOf(StateReader.ReadCommitNumber(connection), connection);
            }

            CollectionTable? table = state.Catalog.Find(key.Collection);
            long id = table is null ? ScopeNames.None : Scopes.Find(connection, scope);
            return new(id == ScopeNames.None ? null : RecordRow.Get(this, connection, id, table!, key.Key, out _));
        }
        finally
        {
            _readers.Return(connection);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IStoreSnapshot> ReadAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _ = Latest();
        Connection connection = _readers!.Rent();
        try
        {
            return new(SqliteSnapshot.Open(this, connection));
        }
        catch
        {
            _readers.Return(connection);
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The store is open for reading only.</exception>
    public ValueTask<IStoreTransaction> BeginAsync(CancellationToken cancellationToken = default)
    {
        _ = Latest();
        ThrowIfReadOnly();
        Task turn = _writerTurn.WaitAsync(cancellationToken);
        return turn.IsCompletedSuccessfully ? new(Begin()) : WaitAsync(turn);

        async ValueTask<IStoreTransaction> WaitAsync(Task turn)
        {
            await turn.ConfigureAwait(false);
            return Begin();
        }
    }

    /// <inheritdoc/>
    string IAuthorSource.AuthorOf(Connection connection, long id) => Authors.NameOf(connection, id);

    /// <summary>Fails where the store is disposed.</summary>
    internal void ThrowIfUnusable(Connection connection) =>
        ObjectDisposedException.ThrowIf(_disposed != 0 || connection.IsClosed, this);

    /// <summary>The state that belongs to a commit that a connection sees.</summary>
    internal StoreState StateOf(long commitNumber, Connection connection)
    {
        // A commit becomes visible in the file a moment before it is published here; it stands in _committing until
        // then.
        if (_committing is { } committing && committing.CommitNumber == commitNumber)
        {
            return committing;
        }

        if (_committed is { } committed && committed.CommitNumber == commitNumber)
        {
            return committed;
        }

        // Another process has written (this store only reads), or two commits have passed meanwhile.
        StoreState state = StateReader.Read(connection);
        if (IsReadOnly)
        {
            _committed = state;
        }

        return state;
    }

    /// <summary>Keeps a scope that was read for others to find, where no commit has passed since.</summary>
    internal StoreState Remember(StoreState state, long scope, ScopeEntry entry)
    {
        StoreState grown = state.Remember(scope, entry);
        Interlocked.CompareExchange(ref _committed, grown, state);
        return grown;
    }

    /// <summary>Gives a reader connection back.</summary>
    internal void Return(Connection connection) => _readers!.Return(connection);

    private SqliteTransaction Begin()
    {
        try
        {
            RequireSoundLog();
            Connection writer = _writer!;
            using Lock.Scope held = writer.Gate.EnterScope();
            ThrowIfUnusable(writer);
            writer.SetSyncMode(_nextMode);
            writer.Run(BeginImmediate);
            return new SqliteTransaction(this, writer, _committed!);
        }
        catch
        {
            _writerTurn.Release();
            throw;
        }
    }

    private StoreState Latest()
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        return _committed ?? throw new InvalidOperationException($"The store '{Name}' is not open: await OpenAsync first.");
    }

    private void ThrowIfReadOnly()
    {
        if (IsReadOnly)
        {
            throw new InvalidOperationException($"The store '{Name}' is open for reading only (SqliteStoreOptions.ReadOnly).");
        }
    }
}
