using Ordo.Sync.Causality;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Sqlite.Driver;
using Ordo.Sync.Sqlite.Journal;
using Ordo.Sync.Sqlite.Records;
using Ordo.Sync.Sqlite.Schema;
using Ordo.Sync.Sqlite.State;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Sqlite.Transactions;

/// <summary>
/// The reads that snapshots and transactions share: over one connection and the state that belongs to what it sees.
/// </summary>
/// <remarks>All of it runs on the caller's thread and has completed when it returns.</remarks>
internal abstract class StoreView(Connection connection) : IStoreSnapshot, IAuthorSource
{
    /// <inheritdoc/>
    public abstract ReplicaTable Replicas { get; }

    /// <inheritdoc/>
    public abstract ReplicaId Replica { get; }

    /// <inheritdoc/>
    public abstract HybridTimestamp Clock { get; }

    /// <inheritdoc/>
    public abstract long Counter { get; }

    protected Connection Connection => connection;

    protected abstract Catalog Catalog { get; }

    /// <summary>A record was looked up; it has so many rows beside its own, none where it is not held.</summary>
    protected virtual void OnRead(long scope, CollectionTable table, string key, int siblings)
    {
    }

    /// <inheritdoc/>
    public ValueTask<ScopeState> GetScopeAsync(string scope, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scope);
        using Lock.Scope held = Enter(cancellationToken);
        long id = FindScope(scope);
        return new(id == ScopeNames.None ? ScopeState.Empty : EntryOf(id).State);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> ListScopesAsync(CancellationToken cancellationToken = default)
    {
        using Lock.Scope held = Enter(cancellationToken);
        return new(ListScopes());
    }

    /// <inheritdoc/>
    public ValueTask<StoredRecord?> GetAsync(string scope, RecordKey key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scope);
        using Lock.Scope held = Enter(cancellationToken);
        long id = FindScope(scope);
        CollectionTable? table = Catalog.Find(key.Collection);
        if (id == ScopeNames.None || table is null)
        {
            return new((StoredRecord?)null);
        }

        StoredRecord? record = RecordRow.Get(this, connection, id, table, key.Key, out int siblings);
        OnRead(id, table, key.Key, siblings);
        return new(record);
    }

    /// <inheritdoc/>
    public ValueTask<ChangeSlice> ReadChangesAsync(
        string scope, ChangeQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(query);
        using Lock.Scope held = Enter(cancellationToken);
        long id = FindScope(scope);
        return new(id == ScopeNames.None
            ? new ChangeSlice([], Next: null)
            : ChangeReader.Read(this, connection, Catalog, id, query));
    }

    /// <inheritdoc/>
    public ValueTask<RangeSlice> ReadRangeAsync(
        string scope, KeyRange range, ReadBudget budget, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scope);
        using Lock.Scope held = Enter(cancellationToken);
        long id = FindScope(scope);
        return new(id == ScopeNames.None
            ? new RangeSlice([], IsLast: true)
            : RangeReader.Read(this, connection, Catalog, id, range, budget));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RecordKey>> ReadKeysAsync(
        string scope, KeyRange range, int countMax, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(countMax);
        using Lock.Scope held = Enter(cancellationToken);
        long id = FindScope(scope);
        return new(id == ScopeNames.None ? [] : RangeReader.ReadKeys(connection, Catalog, id, range, countMax));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StoredRecord>> QueryAsync(
        string scope, RecordQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(query);
        using Lock.Scope held = Enter(cancellationToken);
        return new(QueryReader.Read(this, connection, Catalog, FindScope(scope), query));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<JournalEntry>> ReadJournalAsync(
        long afterSequence, int countMax, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(countMax);
        using Lock.Scope held = Enter(cancellationToken);
        return new(JournalReader.Read(connection, afterSequence, countMax));
    }

    /// <inheritdoc/>
    public ValueTask<JournalStatus> GetJournalStatusAsync(
        string? scope = null, CancellationToken cancellationToken = default)
    {
        using Lock.Scope held = Enter(cancellationToken);
        if (scope is null)
        {
            (long count, long bytes) = JournalTotals();
            return new(new JournalStatus(count, bytes, count == 0 ? null : JournalReader.Oldest(connection)));
        }

        long id = FindScope(scope);
        ScopeEntry entry = id == ScopeNames.None ? ScopeEntry.Empty : EntryOf(id);
        HybridTimestamp? oldest = entry.Journal.Count == 0 ? null : JournalReader.Oldest(connection, id);
        return new(new JournalStatus(entry.Journal.Count, entry.Journal.Bytes, oldest));
    }

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>?> GetLocalAsync(
        string area, string key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(area);
        ArgumentNullException.ThrowIfNull(key);
        using Lock.Scope held = Enter(cancellationToken);
        return new(LocalTable.Get(connection, area, key));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<LocalEntry>> ListLocalAsync(
        string area, string? afterKey, int countMax, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(area);
        ArgumentOutOfRangeException.ThrowIfNegative(countMax);
        using Lock.Scope held = Enter(cancellationToken);
        return new(LocalTable.List(connection, area, afterKey, countMax));
    }

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();

    /// <inheritdoc/>
    public abstract string AuthorOf(Connection connection, long id);

    /// <summary>Fails where this view is over.</summary>
    protected abstract void ThrowIfOver();

    /// <summary>The scope's number; <see cref="ScopeNames.None"/> where there is none.</summary>
    protected abstract long FindScope(string scope);

    /// <summary>What is kept of a scope, as this view sees it.</summary>
    protected abstract ScopeEntry EntryOf(long scope);

    /// <summary>The scopes that hold anything.</summary>
    protected abstract IReadOnlyList<string> ListScopes();

    /// <summary>The journal's size.</summary>
    protected abstract (long Count, long Bytes) JournalTotals();

    /// <summary>Takes the connection for one call.</summary>
    protected Lock.Scope Enter(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Lock.Scope held = connection.Gate.EnterScope();
        try
        {
            ThrowIfOver();
            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }
}
