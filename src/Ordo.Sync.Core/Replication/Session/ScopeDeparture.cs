using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts.History;
using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Apply;
using Ordo.Sync.Replication.Generations;
using Ordo.Sync.Replication.Outcomes;
using Ordo.Sync.Replication.Transfer;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Identity;

namespace Ordo.Sync.Replication.Session;

/// <summary>
/// Removes a scope from a replica that leaves it, or that may read it no longer. Unsynced writes go to the inbox first. A replica
/// that wrote in a scope it left takes a new incarnation when it comes back: its old counters are claimed by others, and
/// it no longer holds what they named.
/// </summary>
internal static class ScopeDeparture
{
    /// <summary>The area of local entries that names the peers met.</summary>
    public const string PeersArea = "peers";

    private const string DepartedArea = "departed";

    /// <summary>Whether a scope holds writes of this replica that no peer has acknowledged.</summary>
    public static async ValueTask<bool> HasUnsyncedAsync(
        IStoreSnapshot snapshot, string scope, CancellationToken cancellationToken) =>
        (await snapshot.GetJournalStatusAsync(scope, cancellationToken).ConfigureAwait(false)).PendingCount > 0;

    /// <summary>Removes a scope, in a transaction of the caller.</summary>
    /// <returns>The number of unsynced versions that went to the inbox.</returns>
    public static async ValueTask<int> RunAsync(
        IStoreTransaction transaction, string scope, Rejection why, CancellationToken cancellationToken)
    {
        ScopeState state = await transaction.GetScopeAsync(scope, cancellationToken).ConfigureAwait(false);
        int self = transaction.Replicas.IndexOf(transaction.Replica);
        bool hasWritten = self >= 0 && state.Knowledge[self] > 0;
        int kept = await KeepUnsyncedAsync(transaction, scope, state.Knowledge, why, cancellationToken).ConfigureAwait(false);
        await transaction.DropScopeAsync(scope, cancellationToken).ConfigureAwait(false);
        await ConflictIndex.DropAsync(transaction, scope, cancellationToken).ConfigureAwait(false);
        await OutcomeLog.DropAsync(transaction, scope, cancellationToken).ConfigureAwait(false);
        await SpreadMark.DropAsync(transaction, scope, cancellationToken).ConfigureAwait(false);
        await GivenFills.DropAsync(transaction, scope, cancellationToken).ConfigureAwait(false);
        await PartialPush.DropAsync(transaction, scope, cancellationToken).ConfigureAwait(false);
        await RestatedWrites.DropAsync(transaction, scope, cancellationToken).ConfigureAwait(false);
        await ForgetPeersAsync(transaction, scope, cancellationToken).ConfigureAwait(false);
        await GenerationLedger.DropAsync(transaction, scope, cancellationToken).ConfigureAwait(false);
        if (hasWritten)
        {
            await transaction.SetLocalAsync(DepartedArea, scope, ReadOnlyMemory<byte>.Empty, cancellationToken)
                .ConfigureAwait(false);
        }

        return kept;
    }

    /// <summary>Takes a new incarnation where this replica wrote in the scope before it left it.</summary>
    public static async ValueTask ReturnAsync(
        IStoreTransaction transaction, string scope, EntropySource entropy, CancellationToken cancellationToken)
    {
        if (await transaction.GetLocalAsync(DepartedArea, scope, cancellationToken).ConfigureAwait(false) is null)
        {
            return;
        }

        await transaction.RemoveLocalAsync(DepartedArea, scope, cancellationToken).ConfigureAwait(false);
        await IncarnationRenewal.GiveUpAsync(transaction, entropy, cancellationToken).ConfigureAwait(false);
    }

    // The journal names what no peer has; of that, what still stands is kept.
    private static async ValueTask<int> KeepUnsyncedAsync(
        IStoreTransaction transaction,
        string scope,
        VersionVector knowledge,
        Rejection why,
        CancellationToken cancellationToken)
    {
        GlobalVector acknowledged = await OutcomeLog.ReadAcknowledgedAsync(transaction, scope, cancellationToken)
            .ConfigureAwait(false);
        VersionVector upTo = await OwnAsync(transaction, knowledge, cancellationToken).ConfigureAwait(false);
        int count = 0;
        Dot? after = null;
        do
        {
            var query = new ChangeQuery(
                acknowledged.ToLocal(transaction.Replicas), upTo, after, new ReadBudget(ProtocolLimits.PageBytesDefault));
            ChangeSlice slice = await transaction.ReadChangesAsync(scope, query, cancellationToken).ConfigureAwait(false);
            foreach (StoredRecord record in slice.Records)
            {
                count += await KeepAsync(transaction, scope, record, acknowledged, upTo, why, cancellationToken)
                    .ConfigureAwait(false);
            }

            after = slice.Next;
        }
        while (after is not null);

        return count;
    }

    private static async ValueTask<int> KeepAsync(
        IStoreTransaction transaction,
        string scope,
        StoredRecord record,
        GlobalVector acknowledged,
        VersionVector own,
        Rejection why,
        CancellationToken cancellationToken)
    {
        int count = 0;
        foreach (RecordVersion version in record.Versions)
        {
            GlobalDot dot = transaction.Replicas.Globalize(version.Dot);
            if (version.IsCarrier || own[version.Dot.ReplicaIndex] == 0 || acknowledged[dot.Replica] >= dot.Counter
                || SystemCollections.Contains(record.Key.Collection))
            {
                continue;
            }

            var content = new HistoryEntry(
                record.Key, dot, version.Timestamp, version.Author, version.Payload, version.Annotations);
            await RejectedWrites.AddAsync(transaction, scope, new RejectedWrite(content, why), cancellationToken)
                .ConfigureAwait(false);
            count++;
        }

        return count;
    }

    // K, limited to this replica and its earlier incarnations.
    private static async ValueTask<VersionVector> OwnAsync(
        IStoreTransaction transaction, VersionVector knowledge, CancellationToken cancellationToken)
    {
        var dots = new List<Dot>();
        foreach (ReplicaId own in await Incarnations.ListAsync(transaction, cancellationToken).ConfigureAwait(false))
        {
            int index = transaction.Replicas.IndexOf(own);
            if (index >= 0 && knowledge[index] > 0)
            {
                dots.Add(new Dot(index, knowledge[index]));
            }
        }

        return VersionVector.Of([.. dots]);
    }

    /// <summary>Forgets what is remembered of the peers met, and transfers from them under way.</summary>
    public static async ValueTask ForgetPeersAsync(
        IStoreTransaction transaction, string scope, CancellationToken cancellationToken)
    {
        IReadOnlyList<LocalEntry> peers = await transaction
            .ListLocalAsync(PeersArea, afterKey: null, countMax: 1000, cancellationToken).ConfigureAwait(false);
        foreach (LocalEntry peer in peers)
        {
            ReplicaId replica = StoredForm.ReadName(peer.Key, "a peer's id", ReplicaId.Parse);
            var ledger = new SessionLedger(replica);
            await ledger.RemovePeerAsync(transaction, scope, cancellationToken).ConfigureAwait(false);
            await ledger.RemovePullAsync(transaction, scope, cancellationToken).ConfigureAwait(false);
            await ledger.RemoveFillAsync(transaction, scope, cancellationToken).ConfigureAwait(false);
            foreach (TransferDirection direction in Enum.GetValues<TransferDirection>())
            {
                await PageInbox.DiscardAsync(transaction, scope, replica, direction, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
