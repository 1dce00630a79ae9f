using Ordo.Sync.Causality;
using Ordo.Sync.Sqlite.Driver;
using Ordo.Sync.Sqlite.Schema;
using Ordo.Sync.Sqlite.State;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Sqlite.Transactions;

/// <summary>
/// The one write under way. Records and journal entries go to the database at once; counters and scopes stay in memory
/// until the commit, which writes what differs. Its end without a commit leaves no trace in the store's memory either.
/// </summary>
internal sealed partial class SqliteTransaction : StoreView, IStoreTransaction
{
    private static readonly SqlText InsertReplica = new("INSERT INTO ordo_replica(id, replica) VALUES(?1, ?2)");

    private static readonly SqlText InsertIncarnation = new("INSERT INTO ordo_incarnation(replica, counter) VALUES(?1, ?2)");

    private static readonly SqlText SelectIncarnation = new("SELECT 1 FROM ordo_incarnation WHERE replica = ?1");

    private readonly SqliteRecordStore _store;
    private readonly TransactionDraft _draft;
    private readonly Func<string, long> _authorId;
    private bool _isOver;

    // True from before the first statement of a write until after its last: a write that failed half way cannot be
    // committed.
    private bool _isInDoubt;

    // What was read last, where it had no siblings in rows of their own: most records are read before they are written, so nothing need be removed.
    private (long Scope, long Table, string Key) _plain;

    public SqliteTransaction(SqliteRecordStore store, Connection connection, StoreState state)
        : base(connection)
    {
        _store = store;
        _draft = new TransactionDraft(store, connection, state);
        _authorId = _draft.AuthorId;
    }

    /// <inheritdoc/>
    public override ReplicaTable Replicas => _draft.Replicas;

    /// <inheritdoc/>
    public override ReplicaId Replica => _draft.Replicas[_draft.SelfIndex];

    /// <inheritdoc/>
    public override HybridTimestamp Clock => _draft.Clock;

    /// <inheritdoc/>
    public override long Counter => _draft.Counter;

    protected override Catalog Catalog => _draft.Catalog;

    /// <inheritdoc/>
    public ValueTask<int> InternAsync(ReplicaId replica, CancellationToken cancellationToken = default)
    {
        ThrowIfEmpty(replica);
        using Lock.Scope held = Enter(cancellationToken);
        return new(Intern(replica));
    }

    /// <inheritdoc/>
    public Dot NextDots(int count = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        using Lock.Scope held = Enter(CancellationToken.None);
        if (_draft.Counter > Dot.CounterMax - count)
        {
            throw new InvalidOperationException(
                $"The store '{_store.Name}' has issued {_draft.Counter} dots, nearly all an incarnation has. "
                + "Rotate its identity.");
        }

        var first = new Dot(_draft.SelfIndex, _draft.Counter + 1);
        _draft.Counter += count;
        _draft.IsDirty = true;
        return first;
    }

    /// <inheritdoc/>
    public void AdvanceClock(HybridTimestamp timestamp)
    {
        using Lock.Scope held = Enter(CancellationToken.None);
        if (timestamp > _draft.Clock)
        {
            _draft.Clock = timestamp;
            _draft.IsDirty = true;
        }
    }

    /// <summary>
    /// Sets the store's hybrid clock, back too: for a replica whose clock ran ahead and that stamps its unsynced writes
    /// anew.
    /// </summary>
    public void ResetClock(HybridTimestamp timestamp)
    {
        using Lock.Scope held = Enter(CancellationToken.None);
        _draft.Clock = timestamp;
        _draft.IsDirty = true;
    }

    /// <inheritdoc/>
    public ValueTask RotateAsync(ReplicaId replica, CancellationToken cancellationToken = default)
    {
        ThrowIfEmpty(replica);
        using Lock.Scope held = Enter(cancellationToken);
        int index = Intern(replica);
        if (index == _draft.SelfIndex || WasIncarnation(index))
        {
            throw new ArgumentException(
                $"The store is or was the replica {replica}: its dots are taken. Draw a new id.", nameof(replica));
        }

        _isInDoubt = true;
        Connection.Prepare(InsertIncarnation).Bind(1, _draft.SelfIndex).Bind(2, _draft.Counter).Run();
        StateWriter.WriteIncarnation(Connection, index);
        _draft.SelfIndex = index;
        _draft.Counter = 0;
        EndWrite();
        return ValueTask.CompletedTask;
    }

    /// <summary>Declares a collection, within this transaction.</summary>
    public void Define(CollectionSchema schema)
    {
        using Lock.Scope held = Enter(CancellationToken.None);
        _isInDoubt = true;
        _draft.Define(schema);
        EndWrite();
    }

    /// <inheritdoc/>
    public ValueTask CommitAsync(Durability durability, CancellationToken cancellationToken = default) =>
        new(Commit(durability, isSubmitted: false, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<Task> SubmitAsync(Durability durability, CancellationToken cancellationToken = default) =>
        new(Commit(durability, isSubmitted: true, cancellationToken));

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        using Lock.Scope held = Connection.Gate.EnterScope();
        if (!_isOver)
        {
            End();
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override string AuthorOf(Connection connection, long id) => _draft.AuthorOf(id);

    protected override void ThrowIfOver()
    {
        _store.ThrowIfUnusable(Connection);
        if (_isOver)
        {
            throw new ObjectDisposedException(
                nameof(IStoreTransaction), "The transaction is over: it was committed, undone or disposed.");
        }
    }

    protected override void OnRead(long scope, CollectionTable table, string key, int siblings) =>
        _plain = siblings > 0 ? default : (scope, table.Id, key);

    protected override long FindScope(string scope) => _draft.FindScope(scope);

    protected override ScopeEntry EntryOf(long scope) => _draft.EntryOf(scope);

    protected override IReadOnlyList<string> ListScopes() => ScopeLister.List(Connection, Catalog, _draft.Entries());

    protected override (long Count, long Bytes) JournalTotals() => (_draft.JournalCount, _draft.JournalBytes);

    private static void ThrowIfEmpty(ReplicaId replica)
    {
        if (replica.IsEmpty)
        {
            throw new ArgumentException("The replica id is empty, which no store is.", nameof(replica));
        }
    }

    private long BeginWrite(string scope)
    {
        long id = _draft.RequireScope(scope);
        _isInDoubt = true;
        return id;
    }

    private void EndWrite()
    {
        _draft.IsDirty = true;
        _isInDoubt = false;
    }

    private int Intern(ReplicaId replica)
    {
        ReplicaTable replicas = _draft.Replicas.With(replica, out int index);
        if (!ReferenceEquals(replicas, _draft.Replicas))
        {
            _isInDoubt = true;
            Connection.Prepare(InsertReplica).Bind(1, index).BindBlob(2, replica.ToByteArray()).Run();
            _draft.Replicas = replicas;
            EndWrite();
        }

        return index;
    }

    private bool WasIncarnation(int index)
    {
        using Statement row = Connection.Prepare(SelectIncarnation).Bind(1, index);
        return row.Step();
    }

    private Task Commit(Durability durability, bool isSubmitted, CancellationToken cancellationToken)
    {
        using Lock.Scope held = Enter(cancellationToken);
        if (_isInDoubt)
        {
            throw new InvalidOperationException(
                "A write of this transaction failed half way, so it cannot be committed: dispose it and begin another.");
        }

        try
        {
            // Who changed nothing may still rely on what was read, which others have committed.
            return _draft.IsDirty ? _store.Commit(Connection, _draft, durability, isSubmitted)
                : durability == Durability.Full ? _store.PersistAsync()
                : Task.CompletedTask;
        }
        finally
        {
            End();
        }
    }

    private void End()
    {
        _isOver = true;
        Connection.RollbackQuietly();
        _store.EndWrite();
    }
}
