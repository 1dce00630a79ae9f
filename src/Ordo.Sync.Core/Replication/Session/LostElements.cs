using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts.Strategies;
using Ordo.Sync.Crdt;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Apply;
using Ordo.Sync.Replication.ConflictFree;
using Ordo.Sync.Replication.Outcomes;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Identity;

namespace Ordo.Sync.Replication.Session;

/// <summary>
/// What a device does whose peer knows less of it than it did: a hub that was put back, or another one. The peer takes this
/// device's elements of conflict-free fields from this device alone, and in V(o) another's carrier may have taken the place of the
/// one that they went with. Where the peer claims that one, or takes it from the other device alone, this device would send
/// nothing, its claim would cover elements that the peer never got, and nobody would bring them any more. So this device puts a
/// carrier of its own beside it.
/// </summary>
internal static class LostElements
{
    /// <summary>Puts a carrier on each record with elements of this device that the peer lacks, where none says so yet.</summary>
    /// <param name="transaction">The transaction to write in.</param>
    /// <param name="scope">The scope.</param>
    /// <param name="catalog">The collections.</param>
    /// <param name="before">What the peer knew when it was last heard; <see langword="null"/> where it is new.</param>
    /// <param name="peerKnows">What it knows.</param>
    /// <param name="now">The time here.</param>
    /// <param name="cancellationToken">Ends the work; the caller undoes the transaction then.</param>
    /// <remarks>Reads the scope once each time that the peer is found to know less, and not otherwise.</remarks>
    public static async ValueTask StateAsync(
        IStoreTransaction transaction,
        string scope,
        CollectionCatalog catalog,
        GlobalVector? before,
        GlobalVector peerKnows,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        HashSet<ReplicaId> own = [.. await Incarnations.ListAsync(transaction, cancellationToken).ConfigureAwait(false)];
        GlobalVector told = before
            ?? await OutcomeLog.ReadAcknowledgedAsync(transaction, scope, cancellationToken).ConfigureAwait(false);
        if (!own.Any(replica => peerKnows[replica] < told[replica]))
        {
            return;
        }

        ScopeDraft draft = await ScopeDraft.BeginAsync(transaction, scope, catalog, sink: null, cancellationToken)
            .ConfigureAwait(false);
        var known = new KnownOfOwn(own, peerKnows);
        await foreach (StoredRecord record in RangeWalk.ReadAllAsync(transaction, scope, cancellationToken).ConfigureAwait(false))
        {
            if (Lacks(record, known, transaction.Replicas))
            {
                await AddCarrierAsync(transaction, draft, record, now, cancellationToken).ConfigureAwait(false);
            }
        }

        await draft.SaveAsync(cancellationToken).ConfigureAwait(false);
    }

    private static bool Lacks(StoredRecord record, KnownOfOwn known, ReplicaTable replicas)
    {
        bool IsSent(RecordVersion carrier) =>
            replicas.Globalize(carrier.Dot) is var dot && !known.Contains(dot.Replica, dot.Counter);
        return !record.ConflictFree.IsEmpty && !record.Carriers.Any(IsSent)
            && StoredDocument.Decode(record.ConflictFree).Survey().FindUnknown(known) is not null;
    }

    private static async ValueTask AddCarrierAsync(
        IStoreTransaction transaction,
        ScopeDraft draft,
        StoredRecord record,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        Dot dot = transaction.NextDots();
        draft.Issue(dot);
        HybridTimestamp timestamp = transaction.Tick(now, record.Versions.Max(version => version.Timestamp));
        var entry = new JournalEntry(draft.Scope, record.Key, dot, timestamp, OperationKind.Restamp);
        await transaction.AppendJournalAsync(entry, cancellationToken).ConfigureAwait(false);
        RecordVersion carrier = CarrierVersions.Of(
            new WriteStamp(dot, transaction.Replicas.Globalize(dot), timestamp, Author: string.Empty));
        StoredRecord stated = record with
        {
            Versions = SiblingOrder.Sort(record.Versions.Add(carrier), transaction.Replicas),
        };
        await draft.ReplaceAsync(record, stated, cancellationToken).ConfigureAwait(false);
    }

    // Of others the peer lacks nothing that this device could bring.
    private sealed class KnownOfOwn(HashSet<ReplicaId> own, GlobalVector peerKnows) : ICausalView
    {
        public bool Contains(ReplicaId replica, long counter) => counter <= KnownUpTo(replica);

        public long KnownUpTo(ReplicaId replica) => own.Contains(replica) ? peerKnows[replica] : Dot.CounterMax;
    }
}
