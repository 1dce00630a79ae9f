using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts.History;
using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Conflicts.Strategies;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.History;
using Ordo.Sync.Engine.Replicas;
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
        await engine.OpenAsync(cancellationToken).ConfigureAwait(false);
        bool IsWanted(string name) => collection is null || string.Equals(name, collection, StringComparison.Ordinal);
        foreach (Lane lane in engine.LanesOf(scope))
        {
            await foreach (Conflict conflict in ListOpenAsync(lane, IsWanted, cancellationToken).ConfigureAwait(false))
            {
                yield return conflict;
            }

            await foreach (Conflict refused in ListRejectedAsync(lane, IsWanted, cancellationToken).ConfigureAwait(false))
            {
                yield return refused;
            }
        }
    }

    public async ValueTask<Conflict?> FindAsync(
        string scope, string collection, string key, CancellationToken cancellationToken)
    {
        await engine.OpenAsync(cancellationToken).ConfigureAwait(false);
        Lane lane = engine.LaneOf(scope, engine.Declarations.Of(collection).Descriptor);
        await using (IStoreSnapshot snapshot = await lane.Replica.Store.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            Conflict? conflict = await ReadAsync(snapshot, lane, new RecordKey(collection, key), cancellationToken)
                .ConfigureAwait(false);
            if (conflict is not null)
            {
                return conflict;
            }
        }

        Conflict? newest = null;
        bool IsWanted(string name) => string.Equals(name, collection, StringComparison.Ordinal);
        await foreach (Conflict refused in ListRejectedAsync(lane, IsWanted, cancellationToken).ConfigureAwait(false))
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
        await engine.OpenAsync(cancellationToken).ConfigureAwait(false);
        Lane lane = engine.LaneOf(conflict.Scope, engine.Declarations.Of(conflict.Collection).Descriptor);
        var key = new RecordKey(conflict.Collection, conflict.Key);
        GlobalDot? settles = conflict.Kind == ConflictKind.Rejected ? conflict.Siblings[0].Version : null;
        if (resolution.PayloadFor(conflict, engine.Serializer) is not { } payload)
        {
            await DiscardAsync(lane, key, settles!.Value, cancellationToken).ConfigureAwait(false);
            PublishSettled(lane, key);
            return null;
        }

        engine.Declarations.RequireSize(conflict.Collection, conflict.Key, payload.Length);
        StrategyBehavior behavior = lane.Replica.Catalog.BehaviorOf(conflict.Collection);
        bool isDecision = behavior.RequiresDecision && conflict.Kind != ConflictKind.Rejected;
        Decision? decision = isDecision || reason is not null ? Decisions.Of(reason) : null;
        RecordBasis? basis = settles is null ? BasisOf(conflict, lane.Replica.Store.Replicas) : options?.BasedOn;
        RecordWrite write = payload.IsEmpty
            ? new RecordWrite.Delete(key, basis) { Decision = decision, Settles = settles }
            : new RecordWrite.Put(key, basis, payload, KeepsUnknown: false) { Decision = decision, Settles = settles };
        WriteReceipt receipt = await engine
            .WriteAsync(lane, [write], options, cancellationToken).ConfigureAwait(false);
        if (settles is not null)
        {
            PublishSettled(lane, key);
        }

        return receipt;
    }

    public async IAsyncEnumerable<ConflictChange> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await engine.OpenAsync(cancellationToken).ConfigureAwait(false);
        using ChangeQueue queue = engine.Publisher.Subscribe(
            new WatchFilter(Scope: null, Collection: null, ConflictsOnly: true));
        while (await queue.TakeAsync(cancellationToken).ConfigureAwait(false) is { } change)
        {
            yield return new ConflictChange(
                ScopeLane.ScopeOf(change.Scope), change.Key.Collection, change.Key.Key, change.WaitsNow);
        }
    }

    private async IAsyncEnumerable<Conflict> ListOpenAsync(
        Lane lane,
        Func<string, bool> isWanted,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        RecordKey? after = null;
        int count;
        do
        {
            var page = new List<Conflict>();
            await using (IStoreSnapshot snapshot = await lane.Replica.Store.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                IReadOnlyList<RecordKey> keys = await ConflictIndex
                    .ListAsync(snapshot, lane.Name, after, PageSize, cancellationToken).ConfigureAwait(false);
                count = keys.Count;
                foreach (RecordKey key in keys)
                {
                    after = key;
                    Conflict? conflict = isWanted(key.Collection)
                        ? await ReadAsync(snapshot, lane, key, cancellationToken).ConfigureAwait(false)
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
        Lane lane,
        Func<string, bool> isWanted,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        RejectedWrite? after = null;
        IReadOnlyList<RejectedWrite> page;
        do
        {
            await using (IStoreSnapshot snapshot = await lane.Replica.Store.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                page = await RejectedWrites.ListAsync(snapshot, lane.Name, after, PageSize, cancellationToken)
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
                        lane.Scope,
                        key.Collection,
                        key.Key,
                        [engine.Siblings.Read(write.Content, lane.Replica.Store.Replica)])
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
        IStoreSnapshot snapshot, Lane lane, RecordKey key, CancellationToken cancellationToken)
    {
        StoredRecord? record = await snapshot.GetAsync(lane.Name, key, cancellationToken).ConfigureAwait(false);
        StrategyBehavior behavior = lane.Replica.Catalog.BehaviorOf(key.Collection);
        if (record is null || !behavior.NeedsPerson(lane.Name, record))
        {
            return null;
        }

        string? failure = (behavior as ResolverBehavior)?.FailureOf(lane.Name, record);
        return new Conflict(
            failure is null ? ConflictKind.Siblings : ConflictKind.ResolverFailed,
            lane.Scope,
            key.Collection,
            key.Key,
            engine.Siblings.Read(record, snapshot.Replicas, snapshot.Replica))
        {
            Failure = failure,
            Base = await FindBaseAsync(snapshot, lane, record, behavior, cancellationToken).ConfigureAwait(false),
        };
    }

    // The base is the newest superseded version that every sibling comes from.
    private async ValueTask<ConflictSibling?> FindBaseAsync(
        IStoreSnapshot snapshot,
        Lane lane,
        StoredRecord record,
        StrategyBehavior behavior,
        CancellationToken cancellationToken)
    {
        List<LineageNode> nodes = await HistoryReader
            .ReadNodesAsync(snapshot, lane.Name, record.Key, record, behavior, cancellationToken).ConfigureAwait(false);
        LineageNode? common = RecordLineage.FindCommonAncestor(nodes);
        return common is null ? null : engine.Siblings.Read(common.Content, snapshot.Replica);
    }

    private void PublishSettled(Lane lane, RecordKey key) => engine.Publisher.PublishConflict(new StoredChange(
        lane.Name, key, After: null, ChangeOrigin.Local, WaitedBefore: true, WaitsNow: false));

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
        Lane lane, RecordKey key, GlobalDot version, CancellationToken cancellationToken)
    {
        await using IStoreTransaction transaction = await lane.Replica.Store
            .BeginAsync(cancellationToken).ConfigureAwait(false);
        await RejectedWrites.RemoveAsync(transaction, lane.Name, key, version, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
    }
}
