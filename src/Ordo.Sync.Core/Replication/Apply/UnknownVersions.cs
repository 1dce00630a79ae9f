using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Apply;

/// <summary>What a sender that has forgotten deletes has never seen: it is told from what that one forgot by being written anew.</summary>
internal static class UnknownVersions
{
    /// <summary>The records of which there are versions that the scope's knowledge covers and the sender's does not.</summary>
    public static async ValueTask<HashSet<RecordKey>> ListAsync(
        IStoreTransaction transaction, ScopeDraft draft, VersionVector senderKnows, CancellationToken cancellationToken)
    {
        var keys = new HashSet<RecordKey>();
        Dot? after = null;
        do
        {
            var query = new ChangeQuery(senderKnows, draft.State.Knowledge, after, new ReadBudget(ProtocolLimits.PageBytesDefault));
            ChangeSlice slice = await transaction.ReadChangesAsync(draft.Scope, query, cancellationToken).ConfigureAwait(false);
            keys.UnionWith(slice.Records.Select(record => record.Key));
            after = slice.Next;
        }
        while (after is not null);
        return keys;
    }

    /// <summary>Writes versions of these records anew, in the caller's transaction.</summary>
    public static async ValueTask RestampAsync(
        IStoreTransaction transaction,
        ScopeDraft draft,
        IReadOnlyCollection<RecordKey> keys,
        Func<RecordKey, Dot, bool> matches,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        foreach (RecordKey key in keys)
        {
            if (await transaction.GetAsync(draft.Scope, key, cancellationToken).ConfigureAwait(false) is { } record)
            {
                await Restamping.RestampAsync(transaction, draft, record, dot => matches(key, dot), now, cancellationToken)
                    .ConfigureAwait(false);
            }
        }
    }
}
