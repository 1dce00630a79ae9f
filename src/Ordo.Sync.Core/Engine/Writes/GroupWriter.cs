using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Watching;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Apply;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Engine.Writes;

/// <summary>
/// The one writer of a store: takes what waits in the queue, writes it as one transaction (record, journal entry, knowledge and
/// clock together), and tells the callers once it is durable.
/// </summary>
internal sealed class GroupWriter(
    IRecordStore store, CollectionCatalog catalog, WriteQueue queue, ChangePublisher publisher, PeerClock clock)
{
    private const int GroupCountMax = 4096;
    private const long GroupBytesMax = 8 * 1024 * 1024;

    /// <summary>Writes until the queue is closed and empty.</summary>
    public async Task RunAsync()
    {
        var group = new List<QueuedWrite>();
        while (await queue.TakeAsync(group, GroupCountMax, GroupBytesMax).ConfigureAwait(false))
        {
            await WriteAsync(group).ConfigureAwait(false);
            group.Clear();
        }
    }

    private async ValueTask WriteAsync(List<QueuedWrite> group)
    {
        try
        {
            await CommitAsync(group).ConfigureAwait(false);
            foreach (QueuedWrite write in group)
            {
                queue.Release(write);
                write.Completion.SetResult(store.Replicas.Globalize(write.LastDot));
            }
        }
        catch (Exception exception) when (group.Count == 1)
        {
            queue.Release(group[0]);
            group[0].Completion.SetException(exception);
        }
        catch (Exception)
        {
            // One write of the group cannot stand: nothing was committed, so each is tried alone and only the culprits fail.
            foreach (QueuedWrite write in group)
            {
                await WriteAsync([write]).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask CommitAsync(List<QueuedWrite> group)
    {
        var changes = new ChangeCollector(publisher, ChangeOrigin.Local);
        await using (IStoreTransaction transaction = await store.BeginAsync().ConfigureAwait(false))
        {
            var drafts = new Dictionary<string, ScopeDraft>(StringComparer.Ordinal);
            DateTimeOffset now = clock.Now;
            var durability = Durability.Normal;
            foreach (QueuedWrite write in group)
            {
                durability = write.Durability == Durability.Full ? Durability.Full : durability;
                if (!drafts.TryGetValue(write.Scope, out ScopeDraft? draft))
                {
                    draft = await ScopeDraft.BeginAsync(transaction, write.Scope, changes).ConfigureAwait(false);
                    drafts.Add(write.Scope, draft);
                }

                foreach (RecordWrite record in write.Writes)
                {
                    write.LastDot = await WriteAsync(transaction, draft, record, write.Author, now).ConfigureAwait(false);
                }
            }

            foreach (ScopeDraft draft in drafts.Values)
            {
                await draft.SaveAsync().ConfigureAwait(false);
            }

            IReadOnlyList<string> declared = await catalog.SaveAsync(transaction).ConfigureAwait(false);
            await transaction.CommitAsync(durability).ConfigureAwait(false);
            catalog.MarkSaved(declared);
        }

        changes.Publish();
    }

    private async ValueTask<Dot> WriteAsync(
        IStoreTransaction transaction, ScopeDraft draft, RecordWrite write, string author, DateTimeOffset now)
    {
        RecordKey key = write.Key;
        StrategyBehavior behavior = StrategyBehaviors.For(catalog.StrategyOf(key.Collection));
        Dot dot = transaction.NextDots();
        draft.Issue(dot);
        HybridTimestamp timestamp = HybridLogicalClock.Tick(transaction.Clock, now);
        var stamp = new WriteStamp(dot, timestamp, author);

        // Most writes are of new records: adding one needs no look-up.
        if (write is RecordWrite.Put { Basis: null } put)
        {
            var added = new StoredRecord(key, [behavior.Write(seen: null, put.Payload, stamp)]);
            if (await draft.TryAddAsync(added).ConfigureAwait(false))
            {
                await FinishAsync(transaction, draft.Scope, key, stamp, OperationKind.Put).ConfigureAwait(false);
                return dot;
            }
        }

        StoredRecord? present = await transaction.GetAsync(draft.Scope, key).ConfigureAwait(false);
        stamp = stamp with { Timestamp = HybridLogicalClock.Tick(transaction.Clock, now, LatestOf(present)) };
        StoredRecord record = Supersede(present, write, behavior, stamp, transaction.Replicas);
        await draft.ReplaceAsync(present, behavior.Show(record)).ConfigureAwait(false);
        OperationKind kind = write is RecordWrite.Delete ? OperationKind.Delete : OperationKind.Put;
        await FinishAsync(transaction, draft.Scope, key, stamp, kind).ConfigureAwait(false);
        return dot;
    }

    // V(o) = (V(o) − seen) ∪ {d}: what the editor had not seen stays beside the new version.
    private StoredRecord Supersede(
        StoredRecord? present, RecordWrite write, StrategyBehavior behavior, WriteStamp stamp, ReplicaTable replicas)
    {
        ImmutableArray<RecordVersion> unseen = [];
        StoredRecord? seen = present;
        if (present is not null && write.Basis is { } basis)
        {
            unseen = present.Versions.RemoveAll(version => basis.Seen.Contains(version.Dot));
            ImmutableArray<RecordVersion> known = present.Versions.RemoveRange(unseen);
            seen = known.IsEmpty ? null : present with { Versions = known };
        }

        ReadOnlyMemory<byte> shown = seen is null ? default : behavior.View(seen).Payload;
        RecordVersion version = behavior.Write(seen, write.Apply(shown), stamp);
        SiblingPolicy policy = catalog.PolicyOf(write.Key.Collection);
        return new StoredRecord(write.Key, MergeRule.Reduce(unseen.Add(version), policy, replicas))
        {
            ConflictFree = present?.ConflictFree ?? default,
        };
    }

    private static HybridTimestamp LatestOf(StoredRecord? record) => record?.Greatest.Timestamp ?? default;

    private static ValueTask FinishAsync(
        IStoreTransaction transaction, string scope, RecordKey key, WriteStamp stamp, OperationKind kind)
    {
        transaction.AdvanceClock(stamp.Timestamp);
        return transaction.AppendJournalAsync(new JournalEntry(scope, key, stamp.Dot, stamp.Timestamp, kind));
    }
}
