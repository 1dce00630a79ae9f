using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts.History;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Apply;

/// <summary>
/// Enters superseded versions into the audit history of their scope: each a record of its own, named by its content's hash, so
/// that replicas which supersede the same version enter it once.
/// </summary>
internal static class HistoryWriter
{
    /// <summary>Enters versions, in the transaction that supersedes them.</summary>
    public static async ValueTask EnterAsync(
        IStoreTransaction transaction,
        ScopeDraft draft,
        RecordKey key,
        ImmutableArray<RecordVersion> versions,
        DateTimeOffset now,
        CancellationToken cancellationToken = default)
    {
        foreach (RecordVersion version in versions)
        {
            var entry = new HistoryEntry(
                key,
                transaction.Replicas.Globalize(version.Dot),
                version.Timestamp,
                version.Author,
                version.Payload,
                version.Annotations);
            var name = new RecordKey(SystemCollections.History, entry.KeyIn(draft.Scope));
            if (await transaction.GetAsync(draft.Scope, name, cancellationToken).ConfigureAwait(false) is not null)
            {
                continue;
            }

            Dot dot = transaction.NextDots();
            HybridTimestamp timestamp = transaction.Tick(now);
            draft.Issue(dot);
            var record = new StoredRecord(
                name, [new RecordVersion(dot, timestamp, author: string.Empty, HistoryCodec.Encode(entry))]);
            await draft.ReplaceAsync(before: null, record, cancellationToken).ConfigureAwait(false);
        }
    }
}
