using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Records;

namespace Ordo.Sync.Storage.Memory;

/// <summary>A record as the memory store keeps it.</summary>
/// <param name="Record">The record, without what it made visible: that is not stored.</param>
/// <param name="IsLive">Whether it made anything visible, so that queries find it.</param>
/// <param name="Values">
/// The values of its collection's indexes, in the schema's order; empty where it is not live.
/// </param>
internal sealed record MemoryEntry(StoredRecord Record, bool IsLive, ImmutableArray<IndexValue> Values)
    : IIndexedEntry
{
    /// <inheritdoc/>
    public bool HasSiblings => Record.HasSiblings;

    /// <inheritdoc/>
    public IEnumerable<Dot> SiblingDots => Record.Versions.Select(version => version.Dot);

    /// <inheritdoc/>
    public IndexValue ValueAt(int index) => Values[index];

    /// <summary>Makes an entry, its index values taken from what the record makes visible.</summary>
    public static MemoryEntry Of(StoredRecord record, CollectionSchema? schema)
    {
        ReadOnlyMemory<byte> visible = record.Visible;
        bool isLive = !visible.IsEmpty;
        ImmutableArray<IndexValue> values = isLive && schema is not null
            ? [.. schema.Indexes.Select(index => IndexExtractor.Extract(visible, index))]
            : [];
        StoredRecord stored = visible.Equals(record.Greatest.Payload)
            ? record
            : new StoredRecord(record.Key, record.Versions) { ConflictFree = record.ConflictFree };
        return new MemoryEntry(stored, isLive, values);
    }

    /// <summary>This entry under another schema: indexes that stay keep their values, new ones are filled.</summary>
    public MemoryEntry Under(CollectionSchema next, CollectionSchema? present)
    {
        if (!IsLive)
        {
            return this;
        }

        return this with
        {
            Values = [.. next.Indexes.Select(index => present?.Indexes.IndexOf(index) is >= 0 and var at
                ? Values[at]
                : IndexExtractor.Extract(Record.Visible, index))],
        };
    }
}
