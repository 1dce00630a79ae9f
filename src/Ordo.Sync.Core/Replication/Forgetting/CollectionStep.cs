using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Apply;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Forgetting;

/// <summary>One transaction of a collection of tombstones.</summary>
internal sealed class CollectionStep(IStoreTransaction transaction, ScopeDraft draft, VersionVector floor)
{
    private VersionVector _forgotten = VersionVector.Empty;

    /// <summary>The tombstones collected.</summary>
    public int Count { get; private set; }

    /// <summary>Collects what may go of these records, and remembers those whose tombstone has company.</summary>
    public async ValueTask CollectAsync(
        IReadOnlyList<StoredRecord> records, string waitingArea, CancellationToken cancellationToken)
    {
        foreach (StoredRecord record in records)
        {
            if (!record.Versions.Any(IsTombstone))
            {
                continue;
            }

            if (!await TryCollectAsync(record, cancellationToken).ConfigureAwait(false))
            {
                await transaction.SetLocalAsync(
                    waitingArea, record.Key.ToString(), ReadOnlyMemory<byte>.Empty, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Looks again at records whose tombstone had company.</summary>
    public async ValueTask RetryAsync(string waitingArea, int countMax, CancellationToken cancellationToken)
    {
        IReadOnlyList<LocalEntry> waiting = await transaction
            .ListLocalAsync(waitingArea, afterKey: null, countMax, cancellationToken).ConfigureAwait(false);
        foreach (LocalEntry entry in waiting)
        {
            int slash = entry.Key.IndexOf('/', StringComparison.Ordinal);
            var key = new RecordKey(entry.Key[..slash], entry.Key[(slash + 1)..]);
            StoredRecord? record = await transaction.GetAsync(draft.Scope, key, cancellationToken).ConfigureAwait(false);
            bool isSettled = record is null || !record.Versions.Any(IsTombstone)
                || await TryCollectAsync(record, cancellationToken).ConfigureAwait(false);
            if (isSettled)
            {
                await transaction.RemoveLocalAsync(waitingArea, entry.Key, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Raises F and writes the scope's state.</summary>
    public ValueTask SaveAsync(CancellationToken cancellationToken)
    {
        if (Count == 0)
        {
            return ValueTask.CompletedTask;
        }

        draft.State = draft.State with { Forgotten = draft.State.Forgotten.Merge(_forgotten) };
        return draft.SaveAsync(cancellationToken);
    }

    private static bool IsTombstone(RecordVersion version) => version is { IsTombstone: true, IsCarrier: false };

    private async ValueTask<bool> TryCollectAsync(StoredRecord record, CancellationToken cancellationToken)
    {
        RecordVersion first = record.Versions[0];
        if (record.Versions.Length > 1 || !IsTombstone(first) || !record.ConflictFree.IsEmpty || !floor.Contains(first.Dot))
        {
            return false;
        }

        await draft.ReplaceAsync(record, after: null, cancellationToken).ConfigureAwait(false);
        _forgotten = _forgotten.Merge(VersionVector.Of(first.Dot));
        Count++;
        return true;
    }
}
