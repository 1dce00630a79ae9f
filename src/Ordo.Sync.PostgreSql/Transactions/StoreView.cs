using Ordo.Sync.Causality;
using Ordo.Sync.Journal;
using Ordo.Sync.PostgreSql.Driver;
using Ordo.Sync.PostgreSql.Journal;
using Ordo.Sync.PostgreSql.Locals;
using Ordo.Sync.PostgreSql.Records;
using Ordo.Sync.PostgreSql.Schema;
using Ordo.Sync.PostgreSql.State;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.PostgreSql.Transactions;

/// <summary>The reads that snapshots and transactions share: over one session and the head that belongs to what it sees.</summary>
internal abstract class StoreView(PostgreSqlRecordStore store, Session session) : IStoreSnapshot
{
    private bool _isDisposed;

    /// <inheritdoc/>
    public abstract ReplicaTable Replicas { get; }

    /// <inheritdoc/>
    public abstract ReplicaId Replica { get; }

    /// <inheritdoc/>
    public abstract HybridTimestamp Clock { get; }

    /// <inheritdoc/>
    public abstract long Counter { get; }

    protected PostgreSqlRecordStore Store => store;

    protected Session Session => session;

    protected abstract Catalog Catalog { get; }

    /// <inheritdoc/>
    public async ValueTask<ScopeState> GetScopeAsync(string scope, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scope);
        Enter(cancellationToken);
        return (await EntryOfAsync(scope, cancellationToken).ConfigureAwait(false)).State;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<string>> ListScopesAsync(CancellationToken cancellationToken = default)
    {
        await EnterSettledAsync(cancellationToken).ConfigureAwait(false);
        return await ScopeReader.ListAsync(session, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public virtual async ValueTask<StoredRecord?> GetAsync(
        string scope, RecordKey key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scope);
        Enter(cancellationToken);
        ScopeEntry entry = await EntryOfAsync(scope, cancellationToken).ConfigureAwait(false);
        return entry.Id == ScopeEntry.None
            ? null
            : await RecordReader.GetAsync(session, entry.Id, key, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<ChangeSlice> ReadChangesAsync(
        string scope, ChangeQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(query);
        await EnterSettledAsync(cancellationToken).ConfigureAwait(false);
        ScopeEntry entry = await EntryOfAsync(scope, cancellationToken).ConfigureAwait(false);
        return entry.Id == ScopeEntry.None
            ? new ChangeSlice([], Next: null)
            : await ChangeReader.ReadAsync(session, entry.Id, entry.MayHoldSiblings, query, cancellationToken)
                .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<RangeSlice> ReadRangeAsync(
        string scope, KeyRange range, ReadBudget budget, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scope);
        await EnterSettledAsync(cancellationToken).ConfigureAwait(false);
        ScopeEntry entry = await EntryOfAsync(scope, cancellationToken).ConfigureAwait(false);
        return entry.Id == ScopeEntry.None
            ? new RangeSlice([], IsLast: true)
            : await RangeReader.ReadAsync(session, entry.Id, range, budget, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<RecordKey>> ReadKeysAsync(
        string scope, KeyRange range, int countMax, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(countMax);
        await EnterSettledAsync(cancellationToken).ConfigureAwait(false);
        ScopeEntry entry = await EntryOfAsync(scope, cancellationToken).ConfigureAwait(false);
        return entry.Id == ScopeEntry.None
            ? []
            : await RangeReader.ReadKeysAsync(session, entry.Id, range, countMax, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<StoredRecord>> QueryAsync(
        string scope, RecordQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(query);
        await EnterSettledAsync(cancellationToken).ConfigureAwait(false);
        ScopeEntry entry = await EntryOfAsync(scope, cancellationToken).ConfigureAwait(false);
        return await QueryReader.ReadAsync(session, Catalog, entry.Id, query, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<JournalEntry>> ReadJournalAsync(
        long afterSequence, int countMax, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(countMax);
        await EnterSettledAsync(cancellationToken).ConfigureAwait(false);
        return await JournalTable.ReadAsync(session, afterSequence, countMax, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<JournalStatus> GetJournalStatusAsync(
        string? scope = null, CancellationToken cancellationToken = default)
    {
        await EnterSettledAsync(cancellationToken).ConfigureAwait(false);
        long? id = scope is null ? null : (await EntryOfAsync(scope, cancellationToken).ConfigureAwait(false)).Id;
        return await JournalTable.StatusAsync(session, id, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public virtual async ValueTask<ReadOnlyMemory<byte>?> GetLocalAsync(
        string area, string key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(area);
        ArgumentNullException.ThrowIfNull(key);
        Enter(cancellationToken);
        byte[]? value = await LocalReader.GetAsync(session, area, key, cancellationToken).ConfigureAwait(false);
        return value is null ? default(ReadOnlyMemory<byte>?) : value;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<LocalEntry>> ListLocalAsync(
        string area, string? afterKey, int countMax, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(area);
        ArgumentOutOfRangeException.ThrowIfNegative(countMax);
        await EnterSettledAsync(cancellationToken).ConfigureAwait(false);
        return await LocalReader.ListAsync(session, area, afterKey, countMax, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            await EndAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Gives the session back, once.</summary>
    protected virtual ValueTask EndAsync() => session.DisposeAsync();

    /// <summary>What is kept of a scope, as this view sees it.</summary>
    protected abstract ValueTask<ScopeEntry> EntryOfAsync(string scope, CancellationToken cancellationToken);

    /// <summary>Brings the database to what this view has written, so that any statement sees it.</summary>
    protected virtual ValueTask SettleAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Fails where this view is over.</summary>
    protected virtual void Enter(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        store.ThrowIfDisposed();
    }

    protected ValueTask EnterSettledAsync(CancellationToken cancellationToken)
    {
        Enter(cancellationToken);
        return SettleAsync(cancellationToken);
    }
}
