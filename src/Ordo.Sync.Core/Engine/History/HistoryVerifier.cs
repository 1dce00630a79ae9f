using System.Collections.Immutable;
using MessagePack;
using Ordo.Sync.Conflicts.History;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Engine.History;

/// <summary>
/// Checks the audit history of a scope: of every record that keeps one, and of every entry, also those whose record is gone.
/// </summary>
internal sealed class HistoryVerifier(IStoreSnapshot snapshot, string scope, CollectionCatalog catalog)
{
    private const int ProblemsMax = 1_000;
    private const int ProgressEvery = 1_000;

    private readonly ImmutableArray<string>.Builder _problems = ImmutableArray.CreateBuilder<string>();
    private long _records;
    private long _entries;
    private long _collected;
    private DateTimeOffset? _collectedBefore;
    private RecordKey? _orphan;

    public async ValueTask<HistoryReport> RunAsync(IProgress<long>? progress, CancellationToken cancellationToken)
    {
        await foreach (StoredRecord record in RangeWalk.ReadAllAsync(snapshot, scope, cancellationToken).ConfigureAwait(false))
        {
            await CheckAsync(record, cancellationToken).ConfigureAwait(false);
            if (_records % ProgressEvery == 0)
            {
                progress?.Report(_records);
            }
        }

        return new HistoryReport(_records, _entries, [.. _problems.Take(ProblemsMax)])
        {
            CollectedCount = _collected,
            CollectedBefore = _collectedBefore,
        };
    }

    private ValueTask CheckAsync(StoredRecord record, CancellationToken cancellationToken)
    {
        if (SystemCollections.Contains(record.Key.Collection))
        {
            if (record.Greatest.IsTombstone)
            {
                return ValueTask.CompletedTask;
            }

            if (HistoryKeys.IsCheckpoint(record.Key))
            {
                CheckCheckpoint(record);
                return ValueTask.CompletedTask;
            }

            _entries++;
            return CheckEntryAsync(record, cancellationToken);
        }

        return catalog.BehaviorOf(record.Key.Collection).RequiresDecision
            ? CheckRecordAsync(record.Key, record, cancellationToken)
            : ValueTask.CompletedTask;
    }

    private async ValueTask CheckRecordAsync(RecordKey key, StoredRecord? record, CancellationToken cancellationToken)
    {
        _records++;
        try
        {
            List<LineageNode> nodes = await HistoryReader
                .ReadNodesAsync(snapshot, scope, key, record, catalog.BehaviorOf(key.Collection), cancellationToken).ConfigureAwait(false);
            HistoryCheckpoint? checkpoint = await HistoryReader.ReadCheckpointAsync(snapshot, scope, key, cancellationToken)
                .ConfigureAwait(false);
            _problems.AddRange(RecordLineage.FindProblems(nodes, checkpoint));
        }
        catch (MessagePackSerializationException exception)
        {
            _problems.Add($"{key}: an entry of its history cannot be read: {exception.Message}");
        }
    }

    private void CheckCheckpoint(StoredRecord record)
    {
        try
        {
            HistoryCheckpoint checkpoint = HistoryCheckpointCodec.Decode(record.Greatest.Payload);
            if (HistoryKeys.CheckpointOf(checkpoint.Key) != record.Key)
            {
                _problems.Add($"{checkpoint.Key}: the checkpoint {record.Key.Key} of its history was altered.");
            }

            _collected += checkpoint.Count;
            _collectedBefore = _collectedBefore > checkpoint.CollectedBefore ? _collectedBefore : checkpoint.CollectedBefore;
        }
        catch (MessagePackSerializationException exception)
        {
            _problems.Add($"The checkpoint {record.Key.Key} of the history cannot be read: {exception.Message}");
        }
    }

    // An entry's name follows from its content; and entries whose record is gone are checked among themselves, once.
    private async ValueTask CheckEntryAsync(StoredRecord entry, CancellationToken cancellationToken)
    {
        HistoryEntry content;
        try
        {
            content = HistoryCodec.Decode(entry.Greatest.Payload);
        }
        catch (MessagePackSerializationException exception)
        {
            _problems.Add($"The entry {entry.Key.Key} of the history cannot be read: {exception.Message}");
            return;
        }

        if (!string.Equals(content.KeyIn(scope), entry.Key.Key, StringComparison.Ordinal))
        {
            _problems.Add($"{content.Key}: the entry {entry.Key.Key} of its history was altered.");
        }

        if (_orphan == content.Key || !catalog.BehaviorOf(content.Key.Collection).RequiresDecision)
        {
            return;
        }

        _orphan = content.Key;
        if (await snapshot.GetAsync(scope, content.Key, cancellationToken).ConfigureAwait(false) is null)
        {
            await CheckRecordAsync(content.Key, record: null, cancellationToken).ConfigureAwait(false);
        }
    }
}
