using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Npgsql;
using Ordo.Sync.Causality;
using Ordo.Sync.PostgreSql.Driver;
using Ordo.Sync.PostgreSql.State;
using Ordo.Sync.PostgreSql.Transactions;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.PostgreSql;

/// <summary>
/// The record store of a hub over PostgreSQL: any number of instances may have it open at once, and together they are one
/// replica. Thread-safe.
/// </summary>
/// <remarks>
/// Writers of one scope take turns on the scope's row, those of different scopes go side by side, whichever instance they are
/// in; a write of the whole store (<see cref="BeginAsync"/>) is alone. Reads are <c>REPEATABLE READ</c> snapshots and wait for
/// nobody. Nothing is kept in memory that another instance could make stale. docs/internals/postgresql-store.md says how.
/// </remarks>
public sealed partial class PostgreSqlRecordStore : ISharedRecordStore
{
    /// <summary>The class of advisory locks that are a store's gate: "Ordo".</summary>
    private const int GateClass = 0x4F72646F;

    /// <summary>The slots of the clock: see <see cref="Schema.Version1"/>.</summary>
    internal const int ClockSlots = 16;

    private readonly PostgreSqlStoreOptions _options;
    private readonly NpgsqlDataSource _source;
    private readonly TimeProvider _time;
    private readonly int _lockKey;
    private readonly string _beginWrite;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly ScopeTurns _scopeTurns;
    private volatile StoreHead? _head;
    private int _opened;
    private int _disposed;

    /// <summary>Makes a store over a database; nothing is touched before <see cref="OpenAsync"/>.</summary>
    /// <param name="options">Where the tables are and how they are kept.</param>
    /// <param name="timeProvider">The clock; the system's by default.</param>
    /// <param name="entropy">Where a new store's replica id comes from; the system's generator by default.</param>
    /// <exception cref="ArgumentException">An option is missing or outside its range.</exception>
    public PostgreSqlRecordStore(
        PostgreSqlStoreOptions options, TimeProvider? timeProvider = null, EntropySource? entropy = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        NpgsqlConnectionStringBuilder connection = options.Resolve();
        _options = options;
        _time = timeProvider ?? TimeProvider.System;
        Entropy = entropy ?? EntropySource.System;
        var builder = new NpgsqlDataSourceBuilder(connection.ConnectionString);

        // The tables use built-in types alone; to read all that a server has takes a while.
        builder.ConfigureTypeLoading(static types => types.EnableTypeLoading(false));
        _source = builder.Build();

        // The other half of the pool is for readers, so that they never wait for writers.
        _scopeTurns = new ScopeTurns(Math.Max(1, connection.MaxPoolSize / 2), options.LockTimeout);
        _lockKey = unchecked((int)XxHash32.HashToUInt32(Encoding.UTF8.GetBytes(options.Schema)));
        Name = $"{connection.Host}/{connection.Database ?? connection.Username}/{options.Schema}";
        _beginWrite = string.Create(
            CultureInfo.InvariantCulture,
            $"SET LOCAL lock_timeout = {(long)options.LockTimeout.TotalMilliseconds};"
            + $"SET LOCAL idle_in_transaction_session_timeout = {(long)options.SilenceTimeout.TotalMilliseconds}");
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public ReplicaId Replica => Latest().Replica;

    /// <inheritdoc/>
    public string? RenewalReason { get; private set; }

    /// <inheritdoc/>
    public ReplicaTable Replicas => Latest().Replicas;

    /// <summary>Scopes read or written lately.</summary>
    internal ScopeCache Scopes { get; } = new();

    internal EntropySource Entropy { get; }

    /// <inheritdoc/>
    public async ValueTask<StoredRecord?> GetAsync(
        string scope, RecordKey key, CancellationToken cancellationToken = default)
    {
        IStoreSnapshot snapshot = await ReadAsync(cancellationToken).ConfigureAwait(false);
        await using (snapshot.ConfigureAwait(false))
        {
            return await snapshot.GetAsync(scope, key, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IStoreSnapshot> ReadAsync(CancellationToken cancellationToken = default) =>
        ReadAsync(ReadAhead.Nothing, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<IStoreSnapshot> ReadAsync(ReadAhead ahead, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ahead);
        var fetched = new FetchedAhead(Name, Scopes, ahead.Scope, ahead);
        (Session session, StoreHead head) = await OpenTransactionAsync(
            () => [new("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"), .. fetched.Commands(locks: false)],
            cancellationToken,
            fetched).ConfigureAwait(false);
        return new Snapshot(this, session, head, fetched);
    }

    /// <inheritdoc/>
    public async ValueTask<IStoreTransaction> BeginAsync(CancellationToken cancellationToken = default)
    {
        _ = Latest();
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            (Session session, StoreHead head) = await OpenTransactionAsync(
                () => BeginWrite("pg_advisory_xact_lock"), cancellationToken).ConfigureAwait(false);
            return Transaction.OfStore(this, session, head, EndTurn);
        }
        catch
        {
            EndTurn();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask<IStoreTransaction> BeginScopeAsync(string scope, CancellationToken cancellationToken = default) =>
        BeginScopeAsync(scope, ReadAhead.Nothing, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<IStoreTransaction> BeginScopeAsync(
        string scope, ReadAhead ahead, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(ahead);
        if (RecordNames.WhyNotScope(scope) is { } why)
        {
            throw new ArgumentException(why, nameof(scope));
        }

        _ = Latest();
        Action end = await _scopeTurns.EnterAsync(scope, cancellationToken).ConfigureAwait(false)
            ?? throw Failures.Busy(Name, $"its turn to write '{scope}' did not come within {_options.LockTimeout}");
        Session? session = null;
        try
        {
            // The scope's row before everything else: what the rest shows is then as new as what the scope holds.
            var fetched = new FetchedAhead(Name, Scopes, scope, ahead);
            (session, StoreHead head) = await OpenTransactionAsync(
                () => [.. BeginWrite("pg_advisory_xact_lock_shared"), .. fetched.Commands(locks: true)],
                cancellationToken,
                fetched).ConfigureAwait(false);
            ScopeEntry entry = await ScopeReader.CompleteAsync(session, fetched.Row, cancellationToken).ConfigureAwait(false);
            return Transaction.OfScope(this, session, head, scope, entry, fetched, end);
        }
        catch
        {
            if (session is not null)
            {
                await session.DisposeAsync().ConfigureAwait(false);
            }

            end();
            throw;
        }
    }

    /// <summary>Fails where the store is disposed.</summary>
    internal void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_disposed != 0, this);

    /// <summary>Keeps what is committed.</summary>
    internal void Publish(StoreHead head, IEnumerable<KeyValuePair<string, ScopeEntry>> scopes)
    {
        Keep(head);
        foreach ((string name, ScopeEntry entry) in scopes)
        {
            Scopes.Keep(entry);
            Note(name, entry.Stamp);
        }
    }

    // Replica ids and the catalog are what a head saves; the one that knows more of them is kept.
    private void Keep(StoreHead head)
    {
        if (_head is not { } present || head.Replicas.Count >= present.Replicas.Count)
        {
            _head = head;
        }
    }

    private void EndTurn()
    {
        if (_disposed == 0)
        {
            _turn.Release();
        }
    }

    private StoreHead Latest()
    {
        ThrowIfDisposed();
        return _head ?? throw new InvalidOperationException($"The store '{Name}' is not open: await OpenAsync first.");
    }
}
