using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts.Strategies;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.ConflictFree;

namespace Ordo.Sync.Replication.Apply;

/// <content>
/// What a complete transfer leaves out, where its sender may not vouch for the versions of others. What it says to have forgotten
/// cannot be checked, so its absences are deletes like any other: a version that everybody sees, with an author, an entry in the
/// audit history, and the rights that an ordinary delete needs.
/// </content>
internal sealed partial class RecordMerger
{
    /// <summary>Whether absence is written out as a delete, and does not remove by itself.</summary>
    public bool WritesOutAbsence => rules.MayBring is not null;

    /// <summary>Deletes what a sender knew and does not list any more; states it anew where the sender may not delete it.</summary>
    /// <returns>Whether the record changed.</returns>
    public async ValueTask<bool> DeleteUnlistedAsync(
        StoredRecord record, VersionVector senderKnows, CancellationToken cancellationToken)
    {
        ImmutableArray<RecordVersion> absent = record.Versions.RemoveAll(version => !senderKnows.Contains(version.Dot));
        ImmutableArray<RecordVersion> deleted = absent.RemoveAll(static version => version.IsCarrier);

        // Tombstones alone stay: they are gone when this replica itself forgets them.
        bool takesContent = deleted.Any(static version => !version.IsTombstone);
        StoredRecord without = Forget(record, record.Versions.RemoveRange(absent), senderKnows);
        bool takesElements = !without.ConflictFree.Span.SequenceEqual(record.ConflictFree.Span);
        if (!takesContent && !takesElements)
        {
            return false;
        }

        StrategyBehavior behavior = draft.BehaviorOf(record.Key.Collection);
        HybridTimestamp latest = Latest(absent, default);
        var versions = without.Versions.ToBuilder();
        if (takesContent)
        {
            StoredRecord superseded = record with { Versions = deleted };
            var delete = new VersionDraft(
                draft.Scope, record.Key, superseded, superseded, default, StampNext(ref latest, rules.Sender), Decision: null)
            {
                SawAll = without.Content is null,
            };
            versions.Add(behavior.Write(delete));
        }
        else
        {
            versions.AddRange(deleted);
        }

        if (takesElements)
        {
            versions.Add(CarrierVersions.Of(StampNext(ref latest, rules.Sender)));
        }
        else
        {
            versions.AddRange(absent.RemoveRange(deleted));
        }

        SiblingPolicy policy = catalog.PolicyOf(record.Key.Collection);
        StoredRecord after = without with { Versions = MergeRule.Reduce(versions, policy, transaction.Replicas) };
        if (await MayDeleteAsync(behavior, record, after, cancellationToken).ConfigureAwait(false))
        {
            await draft.ReplaceAsync(record, after, cancellationToken).ConfigureAwait(false);
            ImmutableArray<RecordVersion> audited = takesContent ? behavior.Audited(deleted) : [];
            await HistoryWriter.EnterAsync(transaction, draft, record.Key, audited, now, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await StateAnewAsync(behavior, record, absent, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    private async ValueTask<bool> MayDeleteAsync(
        StrategyBehavior behavior, StoredRecord before, StoredRecord after, CancellationToken cancellationToken) =>
        !SystemCollections.Contains(before.Key.Collection)
        && (_admission is null || await _admission
            .CheckChangeAsync(draft.Scope, behavior, before, after, cancellationToken).ConfigureAwait(false) is null);

    // Under dots that the sender does not know, so that it gets back what it left out.
    private async ValueTask StateAnewAsync(
        StrategyBehavior behavior, StoredRecord record, ImmutableArray<RecordVersion> absent, CancellationToken cancellationToken)
    {
        HybridTimestamp latest = Latest(record.Versions, default);
        var versions = record.Versions.RemoveRange(absent).ToBuilder();
        foreach (RecordVersion version in absent)
        {
            versions.Add(CarrierVersions.Restate(
                behavior, version, transaction.Replicas.Globalize(version.Dot), StampNext(ref latest, version.Author)));
        }

        StoredRecord again = record with { Versions = SiblingOrder.Sort(versions, transaction.Replicas) };
        await draft.ReplaceAsync(record, again, cancellationToken).ConfigureAwait(false);
    }
}
