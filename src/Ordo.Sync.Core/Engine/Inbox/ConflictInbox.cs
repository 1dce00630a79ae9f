using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts.History;
using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Conflicts.Strategies;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.History;
using Ordo.Sync.Engine.Resolvers;
using Ordo.Sync.Engine.Watching;
using Ordo.Sync.Engine.Writes;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Outcomes;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Engine.Inbox;

/// <inheritdoc cref="IConflictInbox"/>
internal sealed class ConflictInbox(SyncEngine engine) : IConflictInbox
{
    private const int PageSize = 100;

    public async IAsyncEnumerable<Conflict> ListAsync(
        string? scope, string? collection, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IRecordStore store = await engine.OpenStoreAsync(cancellationToken).ConfigureAwait(false);
        bool IsWanted(string name) => collection is null || string.Equals(name, collection, StringComparison.Ordinal);
        foreach (string name in scope is null ? engine.Subscriptions : [scope])
        {
            await foreach (Conflict conflict in ListOpenAsync(store, name, IsWanted, cancellationToken).ConfigureAwait(false))
            {
                yield return conflict;
            }

            await foreach (Conflict refused in ListRejectedAsync(store, name, IsWanted, cancellationToken).ConfigureAwait(false))
            {
                yield return refused;
            }
        }
    }

    public async ValueTask<Conflict?> FindAsync(
        string scope, string collection, string key, CancellationToken cancellationToken)
    {
        IRecordStore store = await engine.OpenStoreAsync(cancellationToken).ConfigureAwait(false);
        await using (IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            Conflict? conflict = await ReadAsync(snapshot, scope, new RecordKey(collection, key), cancellationToken)
                .ConfigureAwait(false);
            if (conflict is not null)
            {
                return conflict;
            }
        }

        Conflict? newest = null;
        bool IsWanted(string name) => string.Equals(name, collection, StringComparison.Ordinal);
        await foreach (Conflict refused in ListRejectedAsync(store, scope, IsWanted, cancellationToken).ConfigureAwait(false))
        {
            bool isOfRecord = string.Equals(refused.Key, key, StringComparison.Ordinal);
            newest = isOfRecord && (newest is null || refused.Siblings[0].Timestamp > newest.Siblings[0].Timestamp)
                ? refused
                : newest;
        }

        return newest;
    }

    public async ValueTask<WriteReceipt?> ResolveAsync(
        Conflict conflict,
        Resolution resolution,
        string? reason,
        WriteOptions? options,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(conflict);
        ArgumentNullException.ThrowIfNull(resolution);
        IRecordStore store = await engine.OpenStoreAsync(cancellationToken).ConfigureAwait(false);
        var key = new RecordKey(conflict.Collection, conflict.Key);
        GlobalDot? settles = conflict.Kind == ConflictKind.Rejected ? conflict.Siblings[0].Version : null;
        if (resolution.PayloadFor(conflict, engine.Serializer) is not { } payload)
        {
            await DiscardAsync(store, conflict.Scope, key, settles!.Value, cancellationToken).ConfigureAwait(false);
            PublishSettled(conflict.Scope, key);
            return null;
        }

        engine.RequireSize(conflict.Collection, conflict.Key, payload.Length);
        StrategyBehavior behavior = engine.Catalog.BehaviorOf(conflict.Collection);
        bool isDecision = behavior.RequiresDecision && conflict.Kind != ConflictKind.Rejected;
        Decision? decision = isDecision || reason is not null ? Decisions.Of(reason) : null;
        RecordBasis? basis = settles is null ? BasisOf(conflict, store.Replicas) : options?.BasedOn;
        RecordWrite write = payload.IsEmpty
            ? new RecordWrite.Delete(key, basis) { Decision = decision, Settles = settles }
            : new RecordWrite.Put(key, basis, payload, KeepsUnknown: false) { Decision = decision, Settles = settles };
        WriteReceipt receipt = await engine
            .WriteAsync(conflict.Scope, [write], options, cancellationToken).ConfigureAwait(false);
        if (settles is not null)
        {
            PublishSettled(conflict.Scope, key);
        }

        return receipt;
    }

    public async IAsyncEnumerable<ConflictChange> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await engine.OpenStoreAsync(cancellationToken).ConfigureAwait(false);
        using ChangeQueue queue = engine.Publisher.Subscribe(
            new WatchFilter(Scope: null, Collection: null, ConflictsOnly: true));
        while (await queue.TakeAsync(cancellationToken).ConfigureAwait(false) is { } change)
        {
            yield return new ConflictChange(change.Scope, change.Key.Collection, change.Key.Key, change.WaitsNow);
        }
    }

    private async IAsyncEnumerable<Conflict> ListOpenAsync(
        IRecordStore store,
        string scope,
        Func<string, bool> isWanted,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        RecordKey? after = null;
        int count;
        do
        {
            var page = new List<Conflict>();
            await using (IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                IReadOnlyList<RecordKey> keys = await ConflictIndex
                    .ListAsync(snapshot, scope, after, PageSize, cancellationToken).ConfigureAwait(false);
                count = keys.Count;
                foreach (RecordKey key in keys)
                {
                    after = key;
                    Conflict? conflict = isWanted(key.Collection)
                        ? await ReadAsync(snapshot, scope, key, cancellationToken).ConfigureAwait(false)
                        : null;
                    if (conflict is not null)
                    {
                        page.Add(conflict);
                    }
                }
            }

            foreach (Conflict conflict in page)
            {
                yield return conflict;
            }
        }
        while (count == PageSize);
    }

    private async IAsyncEnumerable<Conflict> ListRejectedAsync(
        IRecordStore store,
        string scope,
        Func<string, bool> isWanted,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        RejectedWrite? after = null;
        IReadOnlyList<RejectedWrite> page;
        do
        {
            await using (IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                page = await RejectedWrites.ListAsync(snapshot, scope, after, PageSize, cancellationToken)
                    .ConfigureAwait(false);
            }

            foreach (RejectedWrite write in page)
            {
                after = write;
                RecordKey key = write.Content.Key;
                if (isWanted(key.Collection))
                {
                    yield return new Conflict(
                        ConflictKind.Rejected,
                        scope,
                        key.Collection,
                        key.Key,
                        [engine.Siblings.Read(write.Content, store.Replica)])
                    {
                        Rejection = write.Rejection,
                    };
                }
            }
        }
        while (page.Count == PageSize);
    }

    // The index may be older than the app: a resolver that failed in an earlier version of it may work now.
    private async ValueTask<Conflict?> ReadAsync(
        IStoreSnapshot snapshot, string scope, RecordKey key, CancellationToken cancellationToken)
    {
        StoredRecord? record = await snapshot.GetAsync(scope, key, cancellationToken).ConfigureAwait(false);
        StrategyBehavior behavior = engine.Catalog.BehaviorOf(key.Collection);
        if (record is null || !behavior.NeedsPerson(scope, record))
        {
            return null;
        }

        string? failure = (behavior as ResolverBehavior)?.FailureOf(scope, record);
        return new Conflict(
            failure is null ? ConflictKind.Siblings : ConflictKind.ResolverFailed,
            scope,
            key.Collection,
            key.Key,
            engine.Siblings.Read(record, snapshot.Replicas, snapshot.Replica))
        {
            Failure = failure,
            Base = await FindBaseAsync(snapshot, scope, record, cancellationToken).ConfigureAwait(false),
        };
    }

    // The base is the newest superseded version that every sibling comes from.
    private async ValueTask<ConflictSibling?> FindBaseAsync(
        IStoreSnapshot snapshot, string scope, StoredRecord record, CancellationToken cancellationToken)
    {
        List<LineageNode> nodes = await HistoryReader
            .ReadNodesAsync(
                snapshot, scope, record.Key, record, engine.Catalog.BehaviorOf(record.Key.Collection), cancellationToken).ConfigureAwait(false);
        LineageNode? common = RecordLineage.FindCommonAncestor(nodes);
        return common is null ? null : engine.Siblings.Read(common.Content, snapshot.Replica);
    }

    private void PublishSettled(string scope, RecordKey key) => engine.Publisher.PublishConflict(new StoredChange(
        scope, key, After: null, ChangeOrigin.Local, WaitedBefore: true, WaitsNow: false));

    private static RecordBasis BasisOf(Conflict conflict, ReplicaTable replicas)
    {
        var seen = ImmutableArray.CreateBuilder<Dot>(conflict.Siblings.Length);
        foreach (ConflictSibling sibling in conflict.Siblings)
        {
            seen.Add(new Dot(replicas.Require(sibling.Version.Replica), sibling.Version.Counter));
        }

        return new RecordBasis(seen.MoveToImmutable());
    }

    private static async ValueTask DiscardAsync(
        IRecordStore store, string scope, RecordKey key, GlobalDot version, CancellationToken cancellationToken)
    {
        await using IStoreTransaction transaction = await store.BeginAsync(cancellationToken).ConfigureAwait(false);
        await RejectedWrites.RemoveAsync(transaction, scope, key, version, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
    }
}
