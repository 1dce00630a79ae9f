using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts.History;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Apply;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Forgetting;

/// <summary>
/// Collects old entries of the audit history at a hub: each becomes a delete of the hub's own, which reaches devices and is forgotten
/// like any other, and the record keeps a <see cref="HistoryCheckpoint"/> by which the rest can still be checked.
/// </summary>
/// <remarks>
/// An entry goes if it was written before a moment, if every device seen lately is known to have it, if the record waits for no
/// decision, and if all entries that it came from go too: what is left is whole from there on. Reads the history of the scope once, a
/// page and a transaction at a time; it may end after any of them.
/// </remarks>
public static class HistoryCollector
{
    private static readonly ReadBudget PageBudget = new(ProtocolLimits.PageBytesDefault, 1_000);

    /// <summary>Collects.</summary>
    /// <param name="store">The open store.</param>
    /// <param name="catalog">The collections known here.</param>
    /// <param name="scope">The scope, or the lane of one.</param>
    /// <param name="writtenBefore">Versions written before are old.</param>
    /// <param name="seenSince">Devices that were not seen since are not waited for.</param>
    /// <param name="now">The time, for the deletes.</param>
    /// <param name="cancellationToken">Ends the work; what was collected by then stays so.</param>
    public static async ValueTask<HistoryCollection> CollectAsync(
        IRecordStore store,
        CollectionCatalog catalog,
        string scope,
        DateTimeOffset writtenBefore,
        DateTimeOffset seenSince,
        DateTimeOffset now,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        var done = new HistoryCollection(scope, 0, 0);
        KeyRange range = HistoryKeys.All;
        bool isLast = false;
        while (!isLast)
        {
            cancellationToken.ThrowIfCancellationRequested();
            HashSet<RecordKey> old = [];
            GlobalVector? floor;
            await using (IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                RangeSlice slice = await snapshot.ReadRangeAsync(scope, range, PageBudget, cancellationToken).ConfigureAwait(false);
                isLast = slice.IsLast || slice.Records.Count == 0;
                range = isLast ? range : range with { After = slice.Records[^1].Key };
                old.UnionWith(slice.Records
                    .Where(record => !record.Greatest.IsTombstone && !HistoryKeys.IsCheckpoint(record.Key))
                    .Select(HistoryCollectionStep.EntryOf)
                    .Where(entry => entry.WrittenAt < writtenBefore)
                    .Select(entry => entry.Key));
                floor = old.Count == 0 ? null : TombstoneCollector.FloorOf(
                    (await SubscriberLedger.ListAsync(snapshot, scope, cancellationToken).ConfigureAwait(false))
                    .Where(subscriber => subscriber.SeenAt >= seenSince));
            }

            if (old.Count > 0)
            {
                done = await CollectAsync(store, catalog, done, old, floor, writtenBefore, now, cancellationToken)
                    .ConfigureAwait(false);
            }
        }

        return done;
    }

    private static async ValueTask<HistoryCollection> CollectAsync(
        IRecordStore store,
        CollectionCatalog catalog,
        HistoryCollection done,
        HashSet<RecordKey> records,
        GlobalVector? floor,
        DateTimeOffset writtenBefore,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        await using IStoreTransaction transaction = await store
            .BeginScopeAsync(done.Scope, cancellationToken).ConfigureAwait(false);
        ScopeDraft draft = await ScopeDraft
            .BeginAsync(transaction, done.Scope, catalog, sink: null, cancellationToken).ConfigureAwait(false);
        VersionVector known = floor?.ToLocal(transaction.Replicas).Minimum(draft.State.Knowledge) ?? draft.State.Knowledge;
        var step = new HistoryCollectionStep(transaction, draft, known, writtenBefore, now);
        foreach (RecordKey record in records)
        {
            int count = await step.CollectAsync(record, cancellationToken).ConfigureAwait(false);
            done = done with
            {
                RecordCount = done.RecordCount + (count > 0 ? 1 : 0),
                EntryCount = done.EntryCount + count,
            };
        }

        await draft.SaveAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
        return done;
    }
}
