using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Apply;
using Ordo.Sync.Replication.Outcomes;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Identity;

namespace Ordo.Sync.Replication.Session;

/// <summary>
/// What a store does that finds out late that another one has spoken under its id: dots issued since their ways parted may name two
/// versions. It takes a new incarnation; in every scope it claims no more of the old one than a peer has acknowledged to it; and it
/// writes its own later versions again, same content and timestamp, under new dots. Some of them may have reached the peer under
/// the old dots after all: those become siblings of equal content, never a loss.
/// </summary>
internal static class IncarnationRenewal
{
    private const string GivenUpArea = "given-up-incarnations";

    /// <summary>Renews a store, in a transaction of its caller.</summary>
    public static ValueTask RunAsync(
        IStoreTransaction transaction,
        CollectionCatalog catalog,
        EntropySource entropy,
        CancellationToken cancellationToken) => RunAsync(transaction, catalog, entropy, [], cancellationToken);

    /// <summary>Renews a store, and writes again what waits under earlier incarnations that a hub refuses.</summary>
    /// <returns>Whether anything waited under those; else nothing was done.</returns>
    public static async ValueTask<bool> TryRunAsync(
        IStoreTransaction transaction,
        CollectionCatalog catalog,
        EntropySource entropy,
        IReadOnlyList<ReplicaId> refused,
        CancellationToken cancellationToken)
    {
        var waiting = new List<ReplicaId>();
        foreach (ReplicaId earlier in refused)
        {
            if (await transaction.GetLocalAsync(GivenUpArea, earlier.ToString(), cancellationToken).ConfigureAwait(false) is not null
                && await HasWaitingAsync(transaction, earlier, cancellationToken).ConfigureAwait(false))
            {
                waiting.Add(earlier);
            }
        }

        if (waiting.Count > 0)
        {
            await RunAsync(transaction, catalog, entropy, waiting, cancellationToken).ConfigureAwait(false);
        }

        return waiting.Count > 0;
    }

    /// <summary>Takes a new incarnation and notes that the store gave up the one before by itself: nobody else has spoken under it.</summary>
    /// <returns>The one before.</returns>
    public static async ValueTask<ReplicaId> GiveUpAsync(
        IStoreTransaction transaction, EntropySource entropy, CancellationToken cancellationToken)
    {
        ReplicaId before = await Incarnations.RenewAsync(transaction, entropy, cancellationToken).ConfigureAwait(false);
        await transaction.SetLocalAsync(GivenUpArea, before.ToString(), ReadOnlyMemory<byte>.Empty, cancellationToken)
            .ConfigureAwait(false);
        return before;
    }

    private static async ValueTask RunAsync(
        IStoreTransaction transaction,
        CollectionCatalog catalog,
        EntropySource entropy,
        IReadOnlyList<ReplicaId> earlier,
        CancellationToken cancellationToken)
    {
        ReplicaId old = await Incarnations.RenewAsync(transaction, entropy, cancellationToken).ConfigureAwait(false);
        foreach (string scope in await transaction.ListScopesAsync(cancellationToken).ConfigureAwait(false))
        {
            foreach (ReplicaId incarnation in earlier.Append(old))
            {
                (Dot last, long floor) = await ReadWaitingAsync(transaction, scope, incarnation, cancellationToken)
                    .ConfigureAwait(false);
                if (last.Counter > floor)
                {
                    await RestampAsync(transaction, scope, catalog, last, floor, cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    private static async ValueTask<bool> HasWaitingAsync(
        IStoreTransaction transaction, ReplicaId incarnation, CancellationToken cancellationToken)
    {
        foreach (string scope in await transaction.ListScopesAsync(cancellationToken).ConfigureAwait(false))
        {
            (Dot last, long floor) = await ReadWaitingAsync(transaction, scope, incarnation, cancellationToken).ConfigureAwait(false);
            if (last.Counter > floor)
            {
                return true;
            }
        }

        return false;
    }

    // Not below what was forgotten: F ≤ K, and what was collected had reached all who were asked.
    private static async ValueTask<(Dot Last, long Floor)> ReadWaitingAsync(
        IStoreTransaction transaction, string scope, ReplicaId incarnation, CancellationToken cancellationToken)
    {
        int index = transaction.Replicas.IndexOf(incarnation);
        ScopeState state = await transaction.GetScopeAsync(scope, cancellationToken).ConfigureAwait(false);
        if (index < 0 || state.Knowledge[index] == 0)
        {
            return default;
        }

        GlobalVector acknowledged = await OutcomeLog
            .ReadAcknowledgedAsync(transaction, scope, cancellationToken).ConfigureAwait(false);
        return (new Dot(index, state.Knowledge[index]), Math.Max(acknowledged[incarnation], state.Forgotten[index]));
    }

    private static async ValueTask RestampAsync(
        IStoreTransaction transaction,
        string scope,
        CollectionCatalog catalog,
        Dot last,
        long floor,
        CancellationToken cancellationToken)
    {
        ScopeDraft draft = await ScopeDraft.BeginAsync(transaction, scope, catalog, sink: null, cancellationToken)
            .ConfigureAwait(false);
        VersionVector certain = draft.State.Knowledge.Without(last.ReplicaIndex);
        certain = floor > 0 ? certain.With(new Dot(last.ReplicaIndex, floor)) : certain;
        VersionVector before = draft.State.Knowledge;
        draft.State = draft.State with { Knowledge = certain };
        Dot? after = null;
        do
        {
            var query = new ChangeQuery(certain, before, after, new ReadBudget(ProtocolLimits.PageBytesDefault));
            ChangeSlice slice = await transaction.ReadChangesAsync(scope, query, cancellationToken).ConfigureAwait(false);
            foreach (StoredRecord record in slice.Records)
            {
                StoredRecord? current = await transaction.GetAsync(scope, record.Key, cancellationToken).ConfigureAwait(false);
                if (current is not null)
                {
                    await Restamping.RestateAsync(
                        transaction,
                        draft,
                        current,
                        dot => dot.ReplicaIndex == last.ReplicaIndex && dot.Counter > floor,
                        transaction.Replicas[last.ReplicaIndex],
                        cancellationToken).ConfigureAwait(false);
                }
            }

            after = slice.Next;
        }
        while (after is not null);

        await RestatedWrites.NoteAsync(transaction, scope, last, floor, cancellationToken).ConfigureAwait(false);
        await transaction.PruneJournalAsync(scope, last, cancellationToken).ConfigureAwait(false);
        await draft.SaveAsync(cancellationToken).ConfigureAwait(false);
    }
}
