using System.Collections.Immutable;
using Ordo.Sync.Conflicts.History;
using Ordo.Sync.Conflicts.Strategies;
using Ordo.Sync.Engine.Payloads;
using Ordo.Sync.Engine.Replicas;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Engine.History;

/// <summary>Reads the histories of records: what stands, and what the audit history holds.</summary>
internal sealed class HistoryReader(IPayloadSerializer serializer)
{
    public async ValueTask<RecordHistory<T>> ReadAsync<T>(
        IRecordStore store,
        string scope,
        RecordKey key,
        StrategyBehavior behavior,
        CancellationToken cancellationToken)
    {
        await using IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false);
        StoredRecord? record = await snapshot.GetAsync(scope, key, cancellationToken).ConfigureAwait(false);
        List<LineageNode> nodes = await ReadNodesAsync(snapshot, scope, key, record, behavior, cancellationToken)
            .ConfigureAwait(false);
        HistoryCheckpoint? checkpoint = await ReadCheckpointAsync(snapshot, scope, key, cancellationToken).ConfigureAwait(false);
        return new RecordHistory<T>(
            [.. RecordLineage.Sort(nodes).Select(Show<T>)],
            record is not null && behavior is MergeFieldsBehavior merging ? merging.LostValuesOf(record) : [],
            behavior.RequiresDecision ? RecordLineage.FindProblems(nodes, checkpoint) : [])
        {
            CollectedCount = checkpoint?.Count ?? 0,
            CollectedBefore = checkpoint?.CollectedBefore,
        };
    }

    /// <summary>Reads what stands for entries of a record's history that were collected.</summary>
    public static async ValueTask<HistoryCheckpoint?> ReadCheckpointAsync(
        IStoreSnapshot snapshot, string scope, RecordKey key, CancellationToken cancellationToken)
    {
        StoredRecord? record = await snapshot.GetAsync(scope, HistoryKeys.CheckpointOf(key), cancellationToken).ConfigureAwait(false);
        return record is null || record.Greatest.IsTombstone ? null : HistoryCheckpointCodec.Decode(record.Greatest.Payload);
    }

    /// <summary>Checks the lineages of all records of a scope.</summary>
    public static async ValueTask<HistoryReport> VerifyAsync(
        Lane lane, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        await using IStoreSnapshot snapshot = await lane.Replica.Store.ReadAsync(cancellationToken).ConfigureAwait(false);
        var verifier = new HistoryVerifier(snapshot, lane.Name, lane.Replica.Catalog);
        return await verifier.RunAsync(progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the lineage of one record: its versions and their superseded ones.</summary>
    public static async ValueTask<List<LineageNode>> ReadNodesAsync(
        IStoreSnapshot snapshot,
        string scope,
        RecordKey key,
        StoredRecord? record,
        StrategyBehavior behavior,
        CancellationToken cancellationToken)
    {
        var nodes = new List<LineageNode>();
        StoredRecord? shown = record?.Content;
        ImmutableArray<RecordVersion> sides = shown is null ? [] : behavior.SidesOf(scope, shown);
        foreach (RecordVersion version in shown?.Versions ?? [])
        {
            var content = new HistoryEntry(
                key,
                snapshot.Replicas.Globalize(version.Dot),
                version.Timestamp,
                version.Author,
                version.Payload,
                version.Annotations);
            nodes.Add(LineageNode.Of(scope, content, sides.Contains(version)));
        }

        await foreach (StoredRecord entry in RangeWalk
            .ReadAsync(snapshot, scope, HistoryKeys.RangeOf(key), cancellationToken).ConfigureAwait(false))
        {
            if (!entry.Greatest.IsTombstone && !HistoryKeys.IsCheckpoint(entry.Key))
            {
                nodes.Add(LineageNode.Of(scope, HistoryCodec.Decode(entry.Greatest.Payload), isCurrent: false));
            }
        }

        return nodes;
    }

    private HistoryVersion<T> Show<T>(LineageNode node)
    {
        HistoryEntry content = node.Content;
        bool isDeleted = content.Payload.IsEmpty;
        return new HistoryVersion<T>(
            content.Version,
            content.Timestamp,
            content.Author,
            isDeleted ? default : serializer.Deserialize<T>(content.Payload),
            isDeleted,
            node.IsCurrent)
        {
            Decision = Conflicts.Notes.VersionNotes.Decode(content.Annotations).Decision,
            Hash = node.Hash,
            Parents = node.Parents,
        };
    }
}
