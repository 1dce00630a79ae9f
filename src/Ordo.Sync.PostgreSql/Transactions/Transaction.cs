using System.Buffers.Binary;
using Npgsql;
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

    /// <summary>Wraps the write of one scope: its session holds the scope's row.</summary>
    public static async ValueTask<Transaction> OfScopeAsync(
        PostgreSqlRecordStore store,
        Session session,
        StoreHead head,
        string scope,
        Action end,
        CancellationToken cancellationToken)
    {
        var transaction = new Transaction(store, session, head, scope, end);
        await transaction.DraftOfAsync(scope, cancellationToken).ConfigureAwait(false);
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

    /// <inheritdoc/>
    public async ValueTask CommitAsync(Durability durability, CancellationToken cancellationToken = default)
    {
        Enter(cancellationToken);
        if (_isInDoubt)
        {
            throw new InvalidOperationException("A write of this transaction failed half way; dispose it.");
        }

        await FlushAsync(cancellationToken).ConfigureAwait(false);
        bool isDirty = _isDirty || _scopes.Values.Any(draft => draft.IsTouched);
        if (isDirty)
        {
            // From here on nobody can tell whether it stands, if the answer is lost: the caller is told that it failed, and
            // whoever tries again finds its dots known.
            await Session.ExecuteAsync(cancellationToken, [.. CommitCommands(durability)]).ConfigureAwait(false);
            Store.Publish(
                _head,
                _scopes.Where(pair => pair.Value.IsTouched)
                    .Select(pair => KeyValuePair.Create(pair.Key, pair.Value.Entry)));
        }

        _isOver = true;
        await EndAsync().ConfigureAwait(false);
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

    private long DrawStamp()
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        Store.Entropy.Fill(bytes);

        // Zero is the stamp of a scope that was never written.
        return BinaryPrimitives.ReadInt64LittleEndian(bytes) | 1;
    }

    private IEnumerable<NpgsqlBatchCommand> CommitCommands(Durability durability)
    {
        foreach (ScopeDraft draft in _scopes.Values.Where(draft => draft.IsTouched))
        {
            ScopeEntry after = draft.Entry with { Stamp = DrawStamp() };
            foreach (NpgsqlBatchCommand command in ScopeWriter.Write(draft.Written, after))
            {
                yield return command;
            }

            draft.Written = after;
        }

        if (_head.Counter != _before.Counter || _head.JournalSequence != _before.JournalSequence
            || _head.SelfIndex != _before.SelfIndex)
        {
            yield return Session.Command(
                "UPDATE store SET incarnation = $1, counter = $2, journal_sequence = $3",
                _head.SelfIndex,
                _head.Counter,
                _head.JournalSequence);
        }

        if (_isClockReset)
        {
            yield return Session.Command("UPDATE clock SET hlc = $1", SqlTime.ToInt64(_head.Clock));
        }
        else if (_head.Clock > _before.Clock)
        {
            yield return Session.Command(
                "UPDATE clock SET hlc = greatest(hlc, $2) WHERE slot = $1", ClockSlot(), SqlTime.ToInt64(_head.Clock));
        }

        if (durability == Durability.Normal)
        {
            yield return new NpgsqlBatchCommand("SET LOCAL synchronous_commit = off");
        }

        yield return new NpgsqlBatchCommand("COMMIT");
    }

    // Writers of different scopes mostly raise different slots, so none waits for another's commit.
    private int ClockSlot() => _scope is null ? 0 : (int)(_scopes[_scope].Written.Id % PostgreSqlRecordStore.ClockSlots);
}
