using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Writes;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Engine.Replicas;

/// <summary>
/// Deletes records whose time to live is over, by writes like any others: tombstones that replicate, based on exactly what was
/// seen, so an edit that came meanwhile stays. Each device deletes what it wrote itself: else every device would write a
/// tombstone of its own for the same record.
/// </summary>
internal static class ExpirySweeper
{
    private const int PageSize = 256;

    /// <summary>Deletes the expired records of one store that this device wrote; the rest is left to their writers.</summary>
    public static async ValueTask SweepAsync(LocalReplica replica, CancellationToken cancellationToken)
    {
        if (replica.Store is not IExpiringStore store)
        {
            return;
        }

        foreach (ExpiredRecord expired in await store.ListExpiredAsync(PageSize, cancellationToken).ConfigureAwait(false))
        {
            int own = replica.Store.Replicas.IndexOf(replica.Store.Replica);
            if (!expired.Seen.All(dot => dot.ReplicaIndex == own))
            {
                continue;
            }

            var delete = new RecordWrite.Delete(expired.Key, new RecordBasis(expired.Seen)) { OnlyIfSeen = true };
            var write = new QueuedWrite(expired.Scope, [delete], author: string.Empty, Durability.Normal);
            await replica.WriteAsync(write, cancellationToken).ConfigureAwait(false);
        }
    }
}
