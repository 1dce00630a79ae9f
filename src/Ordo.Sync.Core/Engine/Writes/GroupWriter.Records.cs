using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts.Strategies;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Apply;
using Ordo.Sync.Replication.ConflictFree;
using Ordo.Sync.Replication.Outcomes;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Engine.Writes;

// What a write does to a record's versions and to the journal.
internal sealed partial class GroupWriter
{
    private async ValueTask<Dot> WriteAsync(
        IStoreTransaction transaction, ScopeDraft draft, RecordWrite write, string author, DateTimeOffset now)
    {
        RecordKey key = write.Key;
        StrategyBehavior behavior = catalog.BehaviorOf(key.Collection);
        Dot dot = transaction.NextDots();
        draft.Issue(dot);
        HybridTimestamp last = transaction.Clock;

        // Later than the clock for now; what it overwrites is read where there is something to overwrite, and does not move the clock.
        var stamp = new WriteStamp(dot, transaction.Replicas.Globalize(dot), transaction.Tick(now), author);
        if (write.Settles is { } refused)
        {
            await RejectedWrites.RemoveAsync(transaction, draft.Scope, key, refused).ConfigureAwait(false);
        }

        // Most writes are of new records: adding one needs no look-up.
        if (write is RecordWrite.Put { Basis: null } put)
        {
            var first = new VersionDraft(
                draft.Scope, key, Seen: null, Superseded: null, put.Payload, stamp, write.Decision)
            {
                SawAll = true,
            };
            var added = new StoredRecord(key, [behavior.Write(first)]);
            if (await draft.TryAddAsync(added).ConfigureAwait(false))
            {
                await FinishAsync(transaction, draft.Scope, key, stamp, OperationKind.Put).ConfigureAwait(false);
                return dot;
            }
        }

        StoredRecord? present = await transaction.GetAsync(draft.Scope, key).ConfigureAwait(false);
        if (write.OnlyIfSeen && present?.Versions.Any(write.Basis!.Saw) != true)
        {
            return dot;
        }

        HybridTimestamp latest = LatestOf(present, write.Basis?.Record);
        stamp = stamp with { Timestamp = HybridLogicalClock.Tick(last, now, latest) };
        await EditAsync(transaction, draft, present, write, behavior, stamp).ConfigureAwait(false);
        OperationKind kind = write.Decision is not null ? OperationKind.Resolve
            : write is RecordWrite.Delete ? OperationKind.Delete : OperationKind.Put;
        await FinishAsync(transaction, draft.Scope, key, stamp, kind).ConfigureAwait(false);
        return dot;
    }

    // V(o) = (V(o) − seen) ∪ {d}: what the editor had not seen stays beside the new version.
    private async ValueTask EditAsync(
        IStoreTransaction transaction,
        ScopeDraft draft,
        StoredRecord? present,
        RecordWrite write,
        StrategyBehavior behavior,
        WriteStamp stamp)
    {
        StoredRecord? whole = present;
        present = whole?.Content;
        bool isShown = present is not null && !behavior.View(draft.Scope, present).Payload.IsEmpty;

        // A conflict-free edit of a record that is not there makes it, unless it is of one that was deleted meanwhile.
        bool isLate = whole is not null && (write.IsOfExisting || (write.Basis?.Record?.Content is { } read
            && !behavior.View(draft.Scope, read).Payload.IsEmpty));
        bool isBirth = !write.WritesContent && !isShown && !isLate;
        if (!write.WritesContent && !isBirth)
        {
            await KeepContentAsync(transaction, draft, whole!, write, stamp).ConfigureAwait(false);
            return;
        }

        if (present is not null && behavior.RefusesConflicted && write.Decision is null
            && behavior.NeedsPerson(draft.Scope, present))
        {
            throw siblings.Refuse(draft.Scope, present, transaction.Replicas, transaction.Replica);
        }

        StoredRecord? seen = present is null || write.Basis is not { } basis
            ? present
            : With(present, present.Versions.RemoveAll(version => !basis.Saw(version)));
        ImmutableArray<RecordVersion> superseded =
            seen is null ? [] : behavior.Superseded(draft.Scope, seen, write.Decision is not null);
        ImmutableArray<RecordVersion> kept = present is null ? [] : present.Versions.RemoveRange(superseded);

        // The edit is of what its editor saw, also where that is older than what stands: only then is it known what was edited.
        StoredRecord? edited = write.Basis?.Record?.Content ?? seen;
        ReadOnlyMemory<byte> shown = edited is null || isBirth ? default : behavior.View(draft.Scope, edited).Payload;
        StoredRecord? replaced = present is null ? null : With(present, superseded);
        RecordVersion version = behavior.Write(new VersionDraft(
            draft.Scope, write.Key, edited, replaced, write.Apply(shown), stamp, write.Decision)
        {
            SawAll = kept.IsEmpty,
        });
        (ReadOnlyMemory<byte> document, RecordVersion? carrier) =
            EditDocument(transaction, draft, whole, write, stamp, isContent: true);
        SiblingPolicy policy = catalog.PolicyOf(write.Key.Collection);
        version = isBirth ? CarrierVersions.AsBirth(version) : version;
        kept = kept.IsEmpty && carrier is not null
            ? [version, carrier]
            : kept.AddRange(Carry(whole?.Carriers ?? [], carrier)).Add(version);
        var record = new StoredRecord(write.Key, MergeRule.Reduce(kept, policy, transaction.Replicas))
        {
            ConflictFree = document,
        };
        await draft.ReplaceAsync(whole, record).ConfigureAwait(false);
        await HistoryWriter
            .EnterAsync(transaction, draft, write.Key, behavior.Audited(superseded), transaction.Clock.Time)
            .ConfigureAwait(false);
    }

    // The write is of conflict-free state alone: the content stays as it is, its versions too.
    private async ValueTask KeepContentAsync(
        IStoreTransaction transaction, ScopeDraft draft, StoredRecord present, RecordWrite write, WriteStamp stamp)
    {
        (ReadOnlyMemory<byte> document, RecordVersion? carrier) =
            EditDocument(transaction, draft, present, write, stamp, isContent: false);
        ImmutableArray<RecordVersion> versions = [.. present.Content?.Versions ?? [], .. Carry(present.Carriers, carrier)];
        var record = new StoredRecord(write.Key, SiblingOrder.Sort(versions, transaction.Replicas))
        {
            ConflictFree = document,
        };
        await draft.ReplaceAsync(present, record).ConfigureAwait(false);
    }

    private static StoredRecord? With(StoredRecord record, ImmutableArray<RecordVersion> versions) =>
        versions.IsEmpty ? null : record with { Versions = versions };

    // What its editor saw may be of before the clock was put right: then it is later than what stands, and than the clock.
    private static HybridTimestamp LatestOf(StoredRecord? present, StoredRecord? seen) => HybridTimestamp.Max(
        present?.Greatest.Timestamp ?? default, seen?.Greatest.Timestamp ?? default);

    private static ValueTask FinishAsync(
        IStoreTransaction transaction, string scope, RecordKey key, WriteStamp stamp, OperationKind kind) =>
        transaction.AppendJournalAsync(new JournalEntry(scope, key, stamp.Dot, stamp.Timestamp, kind));
}
