using Ordo.Sync.Causality;
using Ordo.Sync.PostgreSql.Driver;
using Ordo.Sync.PostgreSql.Locals;
using Ordo.Sync.PostgreSql.Records;
using Ordo.Sync.PostgreSql.Schema;
using Ordo.Sync.PostgreSql.State;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.PostgreSql.Transactions;

/// <summary>
/// A write: of the whole store, alone; or of one scope, beside those of other scopes. Writes wait in memory until a read needs
/// them in the database or the commit comes, and then travel in batches.
/// </summary>
/// <remarks>
/// Locks are taken in one order, so that writers cannot wait for each other in a circle: the store's gate (shared by writers of
/// scopes), the scope's row, the store's row (for whoever numbers something of the store's own), a slot of the clock.
/// </remarks>
internal sealed partial class Transaction : StoreView, IStoreTransaction
{
    private readonly Dictionary<string, ScopeDraft> _scopes = new(StringComparer.Ordinal);
    private readonly PendingLocals _locals = new();
    private readonly StoreHead _before;
    private readonly string? _scope;
    private readonly Action _end;
    private StoreHead _head;
    private bool _holdsStore;
    private bool _isClockReset;
    private bool _isOver;
    private bool _hasEnded;
    private bool _isDirty;

    // True from before a write until after it: one that failed half way cannot be committed.
    private bool _isInDoubt;

    private Transaction(PostgreSqlRecordStore store, Session session, StoreHead head, string? scope, Action end)
        : base(store, session)
    {
        _before = head;
        _head = head;
        _scope = scope;
        _end = end;
        _holdsStore = scope is null;
        _knowsReplicas = scope is null;
    }

    /// <inheritdoc/>
    public override ReplicaTable Replicas => _head.Replicas;

    /// <inheritdoc/>
    public override ReplicaId Replica => _head.Replica;

    /// <inheritdoc/>
    public override HybridTimestamp Clock => _head.Clock;

    /// <inheritdoc/>
    public override long Counter => _head.Counter;

    protected override Catalog Catalog => _head.Catalog;

    /// <summary>Wraps the write of a whole store: its session holds the gate alone.</summary>
    /// <param name="store">The store.</param>
    /// <param name="session">The session.</param>
    /// <param name="head">What was read when the gate was passed.</param>
    /// <param name="end">Ends the turn.</param>
    public static Transaction OfStore(PostgreSqlRecordStore store, Session session, StoreHead head, Action end) =>
        new(store, session, head, scope: null, end);

    /// <summary>Wraps the write of one scope: its session holds the scope's row, and what was fetched with it stands.</summary>
    public static Transaction OfScope(
        PostgreSqlRecordStore store, Session session, StoreHead head, string scope, ScopeEntry entry, FetchedAhead fetched, Action end)
    {
        var transaction = new Transaction(store, session, head, scope, end);
        var draft = new ScopeDraft(entry);
        transaction._scopes.Add(scope, draft);
        foreach ((LocalEntryName name, byte[]? value) in fetched.Locals)
        {
            transaction._locals.Learn(name.Area, name.Key, value);
        }

        foreach ((RecordKey key, StoredRecord? record) in fetched.Records)
        {
            draft.Records.Learn(key, record);
        }

        return transaction;
    }

    /// <inheritdoc/>
    public override async ValueTask<StoredRecord?> GetAsync(
        string scope, RecordKey key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scope);
        Enter(cancellationToken);
        ScopeDraft draft = await DraftOfAsync(scope, cancellationToken).ConfigureAwait(false);
        if (draft.Records.TryGet(key, out PendingRecord known))
        {
            return known.Record;
        }

        if (draft.Written.Id == ScopeEntry.None)
        {
            return null;
        }

        StoredRecord? record = await RecordReader.GetAsync(Session, draft.Written.Id, key, cancellationToken).ConfigureAwait(false);
        draft.Records.Learn(key, record);
        return record;
    }

    /// <inheritdoc/>
    public override async ValueTask<ReadOnlyMemory<byte>?> GetLocalAsync(
        string area, string key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(area);
        ArgumentNullException.ThrowIfNull(key);
        Enter(cancellationToken);
        if (!_locals.TryGet(area, key, out byte[]? value))
        {
            value = await LocalReader.GetAsync(Session, area, key, cancellationToken).ConfigureAwait(false);
            _locals.Learn(area, key, value);
        }

        return value is null ? default(ReadOnlyMemory<byte>?) : value;
    }

    protected override async ValueTask<ScopeEntry> EntryOfAsync(string scope, CancellationToken cancellationToken) =>
        (await DraftOfAsync(scope, cancellationToken).ConfigureAwait(false)).Entry;

    /// <summary>Gives the session back, which undoes what is not committed, and then the turn.</summary>
    protected override async ValueTask EndAsync()
    {
        if (_hasEnded)
        {
            return;
        }

        _isOver = true;
        _hasEnded = true;
        try
        {
            await base.EndAsync().ConfigureAwait(false);
        }
        finally
        {
            _end();
        }
    }

    protected override ValueTask SettleAsync(CancellationToken cancellationToken) => FlushAsync(cancellationToken);

    protected override void Enter(CancellationToken cancellationToken)
    {
        if (_isOver)
        {
            throw new InvalidOperationException("The transaction is over: begin another.");
        }

        base.Enter(cancellationToken);
    }

    // A scope without a row is not made only to be read: in the write of a whole store nobody else is beside.
    private async ValueTask<ScopeDraft> DraftOfAsync(string scope, CancellationToken cancellationToken)
    {
        if (_scopes.TryGetValue(scope, out ScopeDraft? draft))
        {
            return draft;
        }

        if (_scope is not null && scope != _scope)
        {
            throw new InvalidOperationException(
                $"The transaction writes the scope '{_scope}' alone; '{scope}' takes one of its own.");
        }

        ScopeEntry entry = await ScopeReader.ReadAsync(
            Session, Store.Scopes, [ScopeReader.SelectCommand(scope, locks: true)], cancellationToken).ConfigureAwait(false);
        draft = new ScopeDraft(entry);
        _scopes.Add(scope, draft);
        return draft;
    }
}
