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
        HashSet<RecordKey> keys = await UnknownVersions
            .ListAsync(transaction, draft.Scope, senderKnows, upTo, cancellationToken).ConfigureAwait(false);
        await UnknownVersions.RestampAsync(
            transaction,
            draft,
            keys,
            (_, dot) => upTo.Contains(dot) && !senderKnows.Contains(dot),
            now,
            cancellationToken).ConfigureAwait(false);
    }
}
