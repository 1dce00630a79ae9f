using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Identity;

namespace Ordo.Sync.Replication.Apply;

/// <summary>
/// Ends a fill whose sender has forgotten deletes. What was written here before the fill began may have been given away (a peer's pull,
/// a bundle) and lost there against such a delete; here nothing is left of the delete to decide by. So what the sender does not
/// know of this replica is written anew, as where a complete transfer comes to a replica that is behind.
/// </summary>
internal static class FillRestamping
{
    /// <summary>Writes anew, in the caller's transaction, what this replica wrote and the sender does not know.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="draft">The scope; the caller saves it.</param>
    /// <param name="senderKnows">What the sender knew.</param>
    /// <param name="now">The time here.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static async ValueTask RunAsync(
        IStoreTransaction transaction,
        ScopeDraft draft,
        VersionVector senderKnows,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var unknown = new List<Dot>();
        foreach (ReplicaId own in await Incarnations.ListAsync(transaction, cancellationToken).ConfigureAwait(false))
        {
            int index = transaction.Replicas.IndexOf(own);
            if (index >= 0 && draft.State.Knowledge[index] > senderKnows[index])
            {
                unknown.Add(new Dot(index, draft.State.Knowledge[index]));
            }
        }

        if (unknown.Count == 0)
        {
            return;
        }

        VersionVector upTo = VersionVector.Of([.. unknown]);
        var keys = new HashSet<RecordKey>();
        Dot? after = null;
        do
        {
            var query = new ChangeQuery(senderKnows, upTo, after, new ReadBudget(ProtocolLimits.PageBytesDefault));
            ChangeSlice slice = await transaction.ReadChangesAsync(draft.Scope, query, cancellationToken).ConfigureAwait(false);
            keys.UnionWith(slice.Records.Select(record => record.Key));
            after = slice.Next;
        }
        while (after is not null);

        foreach (RecordKey key in keys)
        {
            if (await transaction.GetAsync(draft.Scope, key, cancellationToken).ConfigureAwait(false) is { } record)
            {
                await Restamping.RestampAsync(
                    transaction,
                    draft,
                    record,
                    dot => upTo.Contains(dot) && !senderKnows.Contains(dot),
                    now,
                    cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
