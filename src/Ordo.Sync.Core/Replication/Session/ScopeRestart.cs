using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Apply;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Session;

/// <summary>
/// Starts a scope anew whose first transfer cannot go on (its sender was restored, or forgot more): what was received is
/// dropped, and this replica's own writes are put again under a new incarnation, since its old counters were claimed.
/// </summary>
internal static class ScopeRestart
{
    /// <summary>Restarts a scope in which nothing of this replica was ever acknowledged.</summary>
    public static async ValueTask RunAsync(
        IStoreTransaction transaction,
        string scope,
        CollectionCatalog catalog,
        DateTimeOffset now,
        EntropySource entropy,
        CancellationToken cancellationToken)
    {
        List<StoredRecord> own = await ReadOwnAsync(transaction, scope, cancellationToken).ConfigureAwait(false);
        await NoteOwnAsync(transaction, scope, cancellationToken).ConfigureAwait(false);
        await transaction.DropScopeAsync(scope, cancellationToken).ConfigureAwait(false);
        await ConflictIndex.DropAsync(transaction, scope, cancellationToken).ConfigureAwait(false);

        // Of all peers: a first transfer from another one, begun before, must not go on behind what is dropped here.
        await ScopeDeparture.ForgetPeersAsync(transaction, scope, cancellationToken).ConfigureAwait(false);
        await GivenFills.DropAsync(transaction, scope, cancellationToken).ConfigureAwait(false);
        await PartialPush.DropAsync(transaction, scope, cancellationToken).ConfigureAwait(false);
        ReplicaId old = await IncarnationRenewal.GiveUpAsync(transaction, entropy, cancellationToken).ConfigureAwait(false);
        ScopeDraft draft = await ScopeDraft.BeginAsync(transaction, scope, catalog, sink: null, cancellationToken)
            .ConfigureAwait(false);
        foreach (StoredRecord record in own)
        {
            await Restamping.PutAgainAsync(transaction, draft, record, old, now, cancellationToken).ConfigureAwait(false);
        }

        await draft.SaveAsync(cancellationToken).ConfigureAwait(false);
    }

    // Before its journal is dropped: a peer may have taken some of it.
    private static async ValueTask NoteOwnAsync(IStoreTransaction transaction, string scope, CancellationToken cancellationToken)
    {
        ScopeState state = await transaction.GetScopeAsync(scope, cancellationToken).ConfigureAwait(false);
        int self = transaction.Replicas.IndexOf(transaction.Replica);
        if (self >= 0 && state.Knowledge[self] > 0)
        {
            await RestatedWrites.NoteAsync(transaction, scope, new Dot(self, state.Knowledge[self]), floor: 0, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    private static async ValueTask<List<StoredRecord>> ReadOwnAsync(
        IStoreTransaction transaction, string scope, CancellationToken cancellationToken)
    {
        ScopeState state = await transaction.GetScopeAsync(scope, cancellationToken).ConfigureAwait(false);
        int self = transaction.Replicas.IndexOf(transaction.Replica);
        var own = new List<StoredRecord>();
        if (self < 0 || state.Knowledge[self] == 0)
        {
            return own;
        }

        VersionVector upTo = VersionVector.Of(new Dot(self, state.Knowledge[self]));
        Dot? after = null;
        do
        {
            var query = new ChangeQuery(
                VersionVector.Empty, upTo, after, new ReadBudget(ProtocolLimits.PageBytesDefault));
            ChangeSlice slice = await transaction.ReadChangesAsync(scope, query, cancellationToken).ConfigureAwait(false);
            own.AddRange(slice.Records.Select(record =>
                record with { Versions = record.Versions.RemoveAll(version => version.Dot.ReplicaIndex != self) }));
            after = slice.Next;
        }
        while (after is not null);

        return own;
    }
}
