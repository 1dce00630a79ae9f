using Ordo.Sync.Causality;
using Ordo.Sync.Crdt;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Apply;
using Ordo.Sync.Replication.ConflictFree;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Forgetting;

/// <summary>One transaction of a collection of tombstones.</summary>
internal sealed class CollectionStep(IStoreTransaction transaction, ScopeDraft draft, VersionVector floor)
{
    private VersionVector _forgotten = VersionVector.Empty;

    private bool _isChanged;

    /// <summary>The tombstones collected.</summary>
    public int Count { get; private set; }

    /// <summary>Whether anything is to be committed.</summary>
    public bool HasWritten { get; private set; }

    /// <summary>Collects what may go of these records, and remembers those whose tombstone has company.</summary>
    public async ValueTask CollectAsync(
        IReadOnlyList<StoredRecord> records, string waitingArea, CancellationToken cancellationToken)
    {
        foreach (StoredRecord record in records)
        {
            StoredRecord trimmed = await TrimAsync(record, cancellationToken).ConfigureAwait(false);
            if (!trimmed.Versions.Any(IsTombstone))
            {
                continue;
            }

            if (!await TryCollectAsync(trimmed, cancellationToken).ConfigureAwait(false))
            {
                HasWritten = true;
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
            RecordKey key = StoredForm.ReadRecordName(entry.Key);
            StoredRecord? record = await transaction.GetAsync(draft.Scope, key, cancellationToken).ConfigureAwait(false);
            bool isSettled = record is null || !record.Versions.Any(IsTombstone)
                || await TryCollectAsync(record, cancellationToken).ConfigureAwait(false);
            if (isSettled)
            {
                HasWritten = true;
                await transaction.RemoveLocalAsync(waitingArea, entry.Key, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Raises F and writes the scope's state.</summary>
    public ValueTask SaveAsync(CancellationToken cancellationToken)
    {
        if (!_isChanged)
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
        HasWritten = _isChanged = true;
        return true;
    }

    // What every replica has seen removed in a text or list goes too. F rises to these removals, since a delta tells nobody of them
    // any more, and to the versions that brought this record here, so that whoever follows F looks at it as well.
    private async ValueTask<StoredRecord> TrimAsync(StoredRecord record, CancellationToken cancellationToken)
    {
        if (record.ConflictFree.IsEmpty)
        {
            return record;
        }

        CrdtDocument document = StoredDocument.Decode(record.ConflictFree);
        ICausalView stable = CausalView.Of(transaction.Replicas, floor);
        DotSurvey removals = document.SurveyRemovals(stable);
        if (removals.IsEmpty)
        {
            return record;
        }

        document.Trim(stable);
        StoredRecord trimmed = record with { ConflictFree = StoredDocument.Encode(document) };
        await draft.ReplaceAsync(record, trimmed, cancellationToken).ConfigureAwait(false);
        VersionVector passed = VersionVector.Of(
            [.. record.Versions.Select(version => version.Dot).Where(floor.Contains).GroupBy(dot => dot.ReplicaIndex)
                .Select(dots => dots.Max())]);
        _forgotten = _forgotten.Merge(passed)
            .Merge(GlobalVector.Of(removals.Greatest).ToLocal(transaction.Replicas));
        HasWritten = _isChanged = true;
        return trimmed;
    }
}
