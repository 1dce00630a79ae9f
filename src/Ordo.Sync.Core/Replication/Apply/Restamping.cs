using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts.Strategies;
using Ordo.Sync.Crdt;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.ConflictFree;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Apply;

/// <summary>Writes content anew under fresh dots of this replica, where the old ones cannot stand.</summary>
public static class Restamping
{
    /// <summary>Restamps those versions of a record whose dots match, in the caller's transaction.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="draft">The scope.</param>
    /// <param name="record">The record.</param>
    /// <param name="matches">Which versions.</param>
    /// <param name="now">
    /// The time here: the new timestamp is later than the old one. <see langword="null"/> keeps each version's timestamp, so that last
    /// write wins as before.
    /// </param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static ValueTask RestampAsync(
        IStoreTransaction transaction,
        ScopeDraft draft,
        StoredRecord record,
        Func<Dot, bool> matches,
        DateTimeOffset? now,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ReplicaId self = transaction.Replica;
        return RestampAsync(
            transaction, draft, record, matches, own => own == self, isOldClaimed: true, StampOf(transaction, now), cancellationToken);
    }

    /// <summary>
    /// Restamps with the time now, which may be earlier than the versions were stamped by a clock that ran ahead: for versions that
    /// nobody else has, of any incarnation of this replica.
    /// </summary>
    internal static ValueTask CorrectAsync(
        IStoreTransaction transaction,
        ScopeDraft draft,
        StoredRecord record,
        Func<Dot, bool> matches,
        Func<ReplicaId, bool> isOwn,
        DateTimeOffset now,
        CancellationToken cancellationToken) => RestampAsync(
            transaction, draft, record, matches, isOwn, isOldClaimed: true, _ => transaction.Tick(now), cancellationToken);

    /// <summary>
    /// Writes what an incarnation of this replica wrote anew with the timestamps it has: its conflict-free elements are renamed where
    /// their dots match, since a peer takes them only where the knowledge of this replica covers them.
    /// </summary>
    internal static ValueTask RestateAsync(
        IStoreTransaction transaction,
        ScopeDraft draft,
        StoredRecord record,
        Func<Dot, bool> matches,
        ReplicaId incarnation,
        CancellationToken cancellationToken) => RestampAsync(
            transaction,
            draft,
            record,
            matches,
            own => own == incarnation,
            isOldClaimed: false,
            StampOf(transaction, now: null),
            cancellationToken);

    private static async ValueTask RestampAsync(
        IStoreTransaction transaction,
        ScopeDraft draft,
        StoredRecord record,
        Func<Dot, bool> matches,
        Func<ReplicaId, bool> isOwn,
        bool isOldClaimed,
        Func<RecordVersion, HybridTimestamp> stamp,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(draft);
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(matches);
        var versions = ImmutableArray.CreateBuilder<RecordVersion>(record.Versions.Length);
        bool isCarried = false;
        foreach (RecordVersion version in record.Versions)
        {
            isCarried |= version.IsCarrier && matches(version.Dot);
            versions.Add(matches(version.Dot)
                ? await RestampAsync(transaction, draft, record.Key, version, stamp(version), cancellationToken).ConfigureAwait(false)
                : version);
        }

        StoredRecord restamped = record with
        {
            Versions = SiblingOrder.Sort(versions, transaction.Replicas),
            ConflictFree = isCarried
                ? Rename(transaction, draft, record.ConflictFree, isOwn, isOldClaimed, matches)
                : record.ConflictFree,
        };
        await draft.ReplaceAsync(record, restamped, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Puts all versions of a record that is not held any more again, and of its conflict-free state what an earlier
    /// incarnation of this replica added: what others added comes again with their next transfer.
    /// </summary>
    public static async ValueTask PutAgainAsync(
        IStoreTransaction transaction,
        ScopeDraft draft,
        StoredRecord record,
        ReplicaId old,
        DateTimeOffset now,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(draft);
        ArgumentNullException.ThrowIfNull(record);
        var versions = ImmutableArray.CreateBuilder<RecordVersion>(record.Versions.Length);
        foreach (RecordVersion version in record.Versions)
        {
            HybridTimestamp timestamp = transaction.Tick(now, version.Timestamp);
            versions.Add(await RestampAsync(transaction, draft, record.Key, version, timestamp, cancellationToken)
                .ConfigureAwait(false));
        }

        StoredRecord again = record with
        {
            Versions = SiblingOrder.Sort(versions, transaction.Replicas),
            ConflictFree = TakeOwn(transaction, draft, record.ConflictFree, old),
        };
        await draft.ReplaceAsync(before: null, again, cancellationToken).ConfigureAwait(false);
    }

    private static Func<RecordVersion, HybridTimestamp> StampOf(IStoreTransaction transaction, DateTimeOffset? now) =>
        now is { } time ? version => transaction.Tick(time, version.Timestamp) : version => version.Timestamp;

    private static async ValueTask<RecordVersion> RestampAsync(
        IStoreTransaction transaction,
        ScopeDraft draft,
        RecordKey key,
        RecordVersion version,
        HybridTimestamp timestamp,
        CancellationToken cancellationToken)
    {
        Dot dot = transaction.NextDots();
        draft.Issue(dot);
        var entry = new JournalEntry(draft.Scope, key, dot, timestamp, OperationKind.Restamp);
        await transaction.AppendJournalAsync(entry, cancellationToken).ConfigureAwait(false);
        var stamp = new WriteStamp(dot, transaction.Replicas.Globalize(dot), timestamp, version.Author);
        return CarrierVersions.Restate(
            draft.BehaviorOf(key.Collection), version, transaction.Replicas.Globalize(version.Dot), stamp);
    }

    // Own elements only: those of others are still theirs, and would count twice where they bring them themselves.
    private static ReadOnlyMemory<byte> Rename(
        IStoreTransaction transaction,
        ScopeDraft draft,
        ReadOnlyMemory<byte> stored,
        Func<ReplicaId, bool> isOwn,
        bool isOldClaimed,
        Func<Dot, bool> matches)
    {
        if (stored.IsEmpty)
        {
            return stored;
        }

        CrdtDocument document = StoredDocument.Decode(stored);
        document.Rename(new TransactionDots(transaction, draft), Matches, transaction.Clock);
        if (!isOldClaimed)
        {
            document.Bury(Matches);
        }

        return StoredDocument.Encode(document);

        bool Matches(GlobalDot dot) => isOwn(dot.Replica) && matches(new Dot(transaction.Replicas.IndexOf(dot.Replica), dot.Counter));
    }

    private static ReadOnlyMemory<byte> TakeOwn(
        IStoreTransaction transaction, ScopeDraft draft, ReadOnlyMemory<byte> stored, ReplicaId old)
    {
        CrdtDocument own = StoredDocument.Decode(stored).CopyUnder(
            new TransactionDots(transaction, draft), dot => dot.Replica == old, transaction.Clock);
        return StoredDocument.Encode(own);
    }
}
