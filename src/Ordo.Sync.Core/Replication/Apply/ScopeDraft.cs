using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Conflicts.Strategies;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Reconciliation;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Apply;

/// <summary>
/// A scope's state while a transaction changes it: keeps digest and count in step with every record written, so that no
/// caller can forget to. Written to the store once, at the end.
/// </summary>
public sealed class ScopeDraft
{
    private readonly IStoreTransaction _transaction;
    private readonly CollectionCatalog _catalog;
    private readonly IChangeSink? _sink;
    private UInt128 _digest;
    private long _liveCount;
    private Dot? _issued;

    private ScopeDraft(
        IStoreTransaction transaction, string scope, ScopeState state, CollectionCatalog catalog, IChangeSink? sink)
    {
        _transaction = transaction;
        _catalog = catalog;
        _sink = sink;
        Scope = scope;
        State = state;
        _digest = state.Digest;
        _liveCount = state.LiveCount;
    }

    /// <summary>The scope.</summary>
    public string Scope { get; }

    /// <summary>Knowledge, exceptions and forgotten vector, to be replaced by what the transaction learns.</summary>
    public ScopeState State { get; set; }

    /// <summary>Begins to change a scope.</summary>
    public static async ValueTask<ScopeDraft> BeginAsync(
        IStoreTransaction transaction,
        string scope,
        CollectionCatalog catalog,
        IChangeSink? sink,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(catalog);
        ScopeState state = await transaction.GetScopeAsync(scope, cancellationToken).ConfigureAwait(false);
        return new ScopeDraft(transaction, scope, state, catalog, sink);
    }

    /// <summary>What the strategy of a collection does.</summary>
    public StrategyBehavior BehaviorOf(string collection) => _catalog.BehaviorOf(collection);

    /// <summary>Adds a record where none with its key is held.</summary>
    public async ValueTask<bool> TryAddAsync(StoredRecord record, CancellationToken cancellationToken = default)
    {
        record = Show(record, out bool isWaiting);
        if (!await _transaction.TryAddAsync(Scope, record, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        if (isWaiting)
        {
            await ConflictIndex.SetAsync(_transaction, Scope, record.Key, isWaiting, cancellationToken).ConfigureAwait(false);
        }

        Count(null, record);
        return true;
    }

    /// <summary>Replaces a record by what it became.</summary>
    public async ValueTask ReplaceAsync(
        StoredRecord? before, StoredRecord? after, CancellationToken cancellationToken = default)
    {
        bool wasWaiting = before is not null && BehaviorOf(before.Key.Collection).NeedsPerson(Scope, before);
        bool isWaiting = false;
        if (after is not null)
        {
            after = Show(after, out isWaiting);
            await _transaction.PutAsync(Scope, after, cancellationToken).ConfigureAwait(false);
        }
        else if (before is not null)
        {
            await _transaction.RemoveAsync(Scope, before.Key, cancellationToken).ConfigureAwait(false);
        }

        if (wasWaiting != isWaiting)
        {
            RecordKey key = (after ?? before)!.Key;
            await ConflictIndex.SetAsync(_transaction, Scope, key, isWaiting, cancellationToken).ConfigureAwait(false);
        }

        Count(before, after);
    }

    /// <summary>
    /// Takes out of digest and count what does not belong to any record: what a medium altered behind the store's back left there.
    /// </summary>
    public void Correct(UInt128 digestError, long liveCountError)
    {
        _digest = unchecked(_digest - digestError);
        _liveCount -= liveCountError;
    }

    /// <summary>Takes note of a dot this replica issued in the scope; its knowledge is raised once, when the state is saved.</summary>
    public void Issue(Dot dot) => _issued = dot;

    /// <summary>K(o) with what this transaction has written so far.</summary>
    public CausalContext KnownOf(RecordKey key)
    {
        CausalContext context = State.ContextOf(key);
        return _issued is { } issued ? context with { Knowledge = context.Knowledge.With(issued) } : context;
    }

    /// <summary>Writes the scope's state.</summary>
    public ValueTask SaveAsync(CancellationToken cancellationToken = default)
    {
        if (_issued is { } issued)
        {
            State = State with { Knowledge = State.Knowledge.With(issued) };
        }

        State = State with { Digest = _digest, LiveCount = _liveCount };
        return _transaction.SetScopeAsync(Scope, State, cancellationToken);
    }

    private StoredRecord Show(StoredRecord record, out bool isWaiting)
    {
        isWaiting = false;
        if (!record.HasContentSiblings)
        {
            return record;
        }

        RecordView view = BehaviorOf(record.Key.Collection).View(Scope, record);
        isWaiting = view.State != RecordState.Current;
        return record with { Visible = view.Payload };
    }

    private void Count(StoredRecord? before, StoredRecord? after)
    {
        ReplicaTable replicas = _transaction.Replicas;
        if (before is not null)
        {
            _digest = unchecked(_digest - RecordDigest.Of(before, replicas));
            _liveCount -= RangeSum.IsLive(before) ? 1 : 0;
        }

        if (after is not null)
        {
            _digest = unchecked(_digest + RecordDigest.Of(after, replicas));
            _liveCount += RangeSum.IsLive(after) ? 1 : 0;
        }

        _sink?.OnChanged(Scope, before, after);
    }
}
