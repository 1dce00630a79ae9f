using System.Collections.Immutable;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;

namespace Ordo.Sync.Storage.Memory;

/// <summary>One scope of one version of a memory store; written only by the state that owns it.</summary>
internal sealed class MemoryScope : ScopeRecords<MemoryEntry>
{
    public MemoryScope(MemoryState owner)
    {
        Owner = owner;
        Journal = new();
        JournalByDot = new();
    }

    private MemoryScope(MemoryState owner, MemoryScope other)
        : base(other)
    {
        Owner = owner;
        State = other.State;
        Journal = other.Journal.Fork();
        JournalByDot = other.JournalByDot.Fork();
        JournalBytes = other.JournalBytes;
    }

    public MemoryState Owner { get; }

    public ScopeState State { get; set; } = ScopeState.Empty;

    public OrderedMap<long, JournalEntry> Journal { get; }

    public OrderedMap<JournalSlot, bool> JournalByDot { get; }

    public long JournalBytes { get; set; }

    public bool IsEmpty => Records.Count == 0 && Journal.Count == 0 && State == ScopeState.Empty;

    public MemoryScope Fork(MemoryState owner) => new(owner, this);

    /// <summary>Writes a record in place of the one there, if any, and brings the indexes up to date.</summary>
    public void Put(MemoryEntry entry, CollectionSchema? schema)
    {
        RecordKey key = entry.Record.Key;
        MemoryEntry? present = Records.TryGet(key, out MemoryEntry found) ? found : null;
        foreach (RecordVersion version in present?.Record.Versions ?? [])
        {
            if (!entry.Record.Holds(version.Dot))
            {
                Changes.Remove(version.Dot);
            }
        }

        foreach (RecordVersion version in entry.Record.Versions)
        {
            Changes.Set(version.Dot, key);
        }

        Reindex(key, IndexesOf(schema), present, entry);
        Records.Set(key, entry);
    }

    public void Remove(RecordKey key, CollectionSchema? schema)
    {
        if (!Records.TryGet(key, out MemoryEntry entry))
        {
            return;
        }

        foreach (RecordVersion version in entry.Record.Versions)
        {
            Changes.Remove(version.Dot);
        }

        Reindex(key, IndexesOf(schema), entry, null);
        Records.Remove(key);
    }

    /// <summary>Brings the records of a collection under a new schema of it.</summary>
    public void Redefine(CollectionSchema next, CollectionSchema? present)
    {
        foreach ((RecordKey key, MemoryEntry entry) in RecordsOf(next.Name).ToList())
        {
            MemoryEntry moved = entry.Under(next, present);
            Reindex(key, IndexesOf(present), entry, null);
            Reindex(key, next.Indexes, null, moved);
            Records.Set(key, moved);
        }
    }

    private static ImmutableArray<IndexDefinition> IndexesOf(CollectionSchema? schema) => schema?.Indexes ?? [];
}
