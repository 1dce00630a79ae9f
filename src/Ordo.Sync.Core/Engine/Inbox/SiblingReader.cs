using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts.History;
using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Engine.Payloads;
using Ordo.Sync.Records;

namespace Ordo.Sync.Engine.Inbox;

/// <summary>Shows stored versions as sides of a conflict.</summary>
internal sealed class SiblingReader(IPayloadSerializer serializer)
{
    public ImmutableArray<ConflictSibling> Read(StoredRecord record, ReplicaTable replicas, ReplicaId self) =>
        [.. (record.Content?.Versions ?? []).Select(version => Read(replicas.Globalize(version.Dot), version, self))];

    public ConflictSibling Read(HistoryEntry entry, ReplicaId self) => Read(
        entry.Version,
        new RecordVersion(new Dot(0, 1), entry.Timestamp, entry.Author, entry.Payload, entry.Annotations),
        self);

    public ManualResolutionRequiredException Refuse(
        string scope, StoredRecord record, ReplicaTable replicas, ReplicaId self) =>
        new(scope, record.Key.Collection, record.Key.Key, Read(record, replicas, self));

    private ConflictSibling Read(GlobalDot version, RecordVersion content, ReplicaId self) => new(
        version,
        content.Timestamp,
        content.Author,
        content.Payload,
        VersionNotes.Decode(content.Annotations).Decision,
        version.Replica == self,
        serializer);
}
