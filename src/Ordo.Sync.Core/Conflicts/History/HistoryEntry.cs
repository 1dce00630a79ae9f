using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Records;

namespace Ordo.Sync.Conflicts.History;

/// <summary>A superseded version in the audit history: a record of its own, written once, never changed.</summary>
/// <param name="Key">The record it was a version of.</param>
/// <param name="Version">Its identity.</param>
/// <param name="Timestamp">Its hybrid timestamp.</param>
/// <param name="Author">Who wrote it.</param>
/// <param name="Payload">Its payload; empty for a delete.</param>
/// <param name="Annotations">What its strategy kept with it.</param>
public sealed record HistoryEntry(
    RecordKey Key,
    GlobalDot Version,
    HybridTimestamp Timestamp,
    string Author,
    ReadOnlyMemory<byte> Payload,
    ReadOnlyMemory<byte> Annotations)
{
    /// <summary>When it was written, by its writer's clock; by its timestamp, where it does not say.</summary>
    public DateTimeOffset WrittenAt => DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(
        VersionNotes.Decode(Annotations).Lineage?.WrittenUnixMilliseconds ?? Timestamp.UnixMilliseconds,
        DateTimeOffset.MinValue.ToUnixTimeMilliseconds(),
        DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));

    /// <summary>The hash that names it in the record's lineage.</summary>
    public ContentHash HashIn(string scope) => LineageHash.Of(
        scope, Key, new RecordVersion(new Dot(0, 1), Timestamp, Author, Payload, Annotations));

    /// <summary>The key under which it stands in the history: entries of one record stand together.</summary>
    public string KeyIn(string scope) => $"{HistoryKeys.PrefixOf(Key)}{HashIn(scope)}";
}
