using Ordo.Sync.Causality;
using Ordo.Sync.Sqlite.Driver;
using Ordo.Sync.Sqlite.Schema;
using Ordo.Sync.Sqlite.State;

namespace Ordo.Sync.Sqlite.Transactions;

/// <summary>A read of one commit, on a reader connection of its own.</summary>
internal sealed class SqliteSnapshot : StoreView
{
    private static readonly SqlText Begin = new("BEGIN");

    private static readonly SqlText End = new("ROLLBACK");

    private readonly SqliteRecordStore _store;
    private StoreState _state;
    private bool _isOver;

    private SqliteSnapshot(SqliteRecordStore store, Connection connection, StoreState state)
        : base(connection)
    {
        _store = store;
        _state = state;
    }

    /// <inheritdoc/>
    public override ReplicaTable Replicas => _state.Replicas;

    /// <inheritdoc/>
    public override ReplicaId Replica => _state.Replica;

    /// <inheritdoc/>
    public override HybridTimestamp Clock => _state.Clock;

    /// <inheritdoc/>
    public override long Counter => _state.Counter;

    protected override Catalog Catalog => _state.Catalog;

    /// <summary>Begins a read of the last commit.</summary>
    public static SqliteSnapshot Open(SqliteRecordStore store, Connection connection)
    {
        using Lock.Scope held = connection.Gate.EnterScope();
        store.ThrowIfUnusable(connection);
        try
        {
            connection.Run(Begin);
            long commit = StateReader.ReadCommitNumber(connection);
            return new SqliteSnapshot(store, connection, store.StateOf(commit, connection));
        }
        catch
        {
            connection.RollbackQuietly();
            throw;
        }
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        using (Connection.Gate.EnterScope())
        {
            if (_isOver)
            {
                return ValueTask.CompletedTask;
            }

            _isOver = true;
            if (!Connection.IsClosed)
            {
                Connection.Run(End);
            }
        }

        _store.Return(Connection);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override string AuthorOf(Connection connection, long id) => _store.Authors.NameOf(connection, id);

    protected override void ThrowIfOver()
    {
        ObjectDisposedException.ThrowIf(_isOver, this);
        _store.ThrowIfUnusable(Connection);
    }

    protected override long FindScope(string scope) => _store.Scopes.Find(Connection, scope);

    protected override ScopeEntry EntryOf(long scope)
    {
        if (!_state.Scopes.TryGetValue(scope, out ScopeEntry? entry))
        {
            entry = StateReader.ReadScope(Connection, scope);
            _state = _store.Remember(_state, scope, entry);
        }

        return entry;
    }

    protected override IReadOnlyList<string> ListScopes() => ScopeLister.List(Connection, Catalog);

    protected override (long Count, long Bytes) JournalTotals() => (_state.JournalCount, _state.JournalBytes);
}
