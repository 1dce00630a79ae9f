using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts.History;
using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Apply;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Forgetting;

/// <summary>One transaction of a collection of old history.</summary>
internal sealed class HistoryCollectionStep(
    IStoreTransaction transaction, ScopeDraft draft, VersionVector known, DateTimeOffset writtenBefore, DateTimeOffset now)
{
    /// <summary>The entry that a record of the history holds.</summary>
    public static HistoryEntry EntryOf(StoredRecord record) =>
        StoredForm.Decode(record.Greatest.Payload, "an entry of the history", HistoryCodec.Decode);

    /// <summary>Collects what may go of the history of a record.</summary>
    /// <returns>The number of entries that went.</returns>
    public async ValueTask<int> CollectAsync(RecordKey key, CancellationToken cancellationToken)
    {
        // Who decides is shown where the sides came from.
        StoredRecord? record = await transaction.GetAsync(draft.Scope, key, cancellationToken).ConfigureAwait(false);
        if (record?.HasContentSiblings == true)
        {
            return 0;
        }

        var entries = new Dictionary<ContentHash, (StoredRecord Record, LineageNode Node)>();
        await foreach (StoredRecord entry in RangeWalk
            .ReadAsync(transaction, draft.Scope, HistoryKeys.RangeOf(key), cancellationToken).ConfigureAwait(false))
        {
            if (!entry.Greatest.IsTombstone && !HistoryKeys.IsCheckpoint(entry.Key))
            {
                var node = LineageNode.Of(draft.Scope, EntryOf(entry), isCurrent: false);
                entries[node.Hash] = (entry, node);
            }
        }

        var name = HistoryKeys.CheckpointOf(key);
        StoredRecord? before = await transaction.GetAsync(draft.Scope, name, cancellationToken).ConfigureAwait(false);
        HistoryCheckpoint checkpoint = before is null || before.Greatest.IsTombstone
            ? HistoryCheckpoint.None(key)
            : StoredForm.Decode(before.Greatest.Payload, "a checkpoint of the history", HistoryCheckpointCodec.Decode);
        HashSet<ContentHash> old = Choose(entries);
        if (old.Count == 0 || checkpoint.Count + old.Count > HistoryCheckpoint.CountMax)
        {
            return 0;
        }

        foreach (ContentHash hash in old)
        {
            await ReplaceAsync(entries[hash].Record, entries[hash].Record.Key, default, cancellationToken).ConfigureAwait(false);
        }

        await ReplaceAsync(
            before, name, HistoryCheckpointCodec.Encode(checkpoint.With(old, writtenBefore)), cancellationToken).ConfigureAwait(false);
        return old.Count;
    }

    // Old, known to all, and nothing that stays is among its ancestors: a clock that went wrong may have dated a version before those
    // it came from.
    private HashSet<ContentHash> Choose(Dictionary<ContentHash, (StoredRecord Record, LineageNode Node)> entries)
    {
        HashSet<ContentHash> chosen = [.. entries
            .Where(entry => entry.Value.Node.Content.WrittenAt < writtenBefore
                && entry.Value.Record.Versions.All(version => known.Contains(version.Dot)))
            .Select(entry => entry.Key)];
        ILookup<ContentHash, ContentHash> children = entries.Values
            .SelectMany(entry => entry.Node.Parents.Select(parent => (Parent: parent, Child: entry.Node.Hash)))
            .ToLookup(pair => pair.Parent, pair => pair.Child);
        var staying = new Queue<ContentHash>(entries.Keys.Where(hash => !chosen.Contains(hash)));
        while (staying.TryDequeue(out ContentHash ancestor))
        {
            foreach (ContentHash child in children[ancestor].Where(chosen.Remove))
            {
                staying.Enqueue(child);
            }
        }

        return chosen;
    }

    private ValueTask ReplaceAsync(
        StoredRecord? before, RecordKey name, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        Dot dot = transaction.NextDots();
        HybridTimestamp timestamp = transaction.Tick(now);
        draft.Issue(dot);
        var after = new StoredRecord(name, [new RecordVersion(dot, timestamp, author: string.Empty, payload)]);
        return draft.ReplaceAsync(before, after, cancellationToken);
    }
}
