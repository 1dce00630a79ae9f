using Ordo.Sync.Causality;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;

namespace Ordo.Sync.Storage.Memory;

/// <summary>One scope of one version of a memory store; written only by the state that owns it.</summary>
internal sealed class MemoryScope
{
    private MemoryScope(
        MemoryState owner,
        OrderedMap<RecordKey, MemoryEntry> records,
        OrderedMap<Dot, RecordKey> changes,
        OrderedMap<IndexSlot, bool> index,
        OrderedMap<long, JournalEntry> journal,
        OrderedMap<JournalSlot, bool> journalByDot)
    {
        Owner = owner;
        Records = records;
        Changes = changes;
        Index = index;
        Journal = journal;
        JournalByDot = journalByDot;
    }

    public MemoryScope(MemoryState owner)
        : this(owner, new(), new(), new(), new(), new())
    {
    }

    public MemoryState Owner { get; }

    public ScopeState State { get; set; } = ScopeState.Empty;

    public OrderedMap<RecordKey, MemoryEntry> Records { get; }

    /// <summary>The index on (scope, dot): the record that each current dot belongs to.</summary>
    public OrderedMap<Dot, RecordKey> Changes { get; }

    /// <summary>The declared indexes of all collections, one behind the other.</summary>
    public OrderedMap<IndexSlot, bool> Index { get; }

    public OrderedMap<long, JournalEntry> Journal { get; }

    public OrderedMap<JournalSlot, bool> JournalByDot { get; }

    public long JournalBytes { get; set; }

    public bool IsEmpty => Records.Count == 0 && Journal.Count == 0 && State == ScopeState.Empty;

    public MemoryScope Fork(MemoryState owner) =>
        new(owner, Records.Fork(), Changes.Fork(), Index.Fork(), Journal.Fork(), JournalByDot.Fork())
        {
            State = State,
            JournalBytes = JournalBytes,
        };

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

        Reindex(key, schema, present, entry);
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

        Reindex(key, schema, entry, null);
        Records.Remove(key);
    }

    /// <summary>Brings the records of a collection under a new schema of it.</summary>
    public void Redefine(CollectionSchema next, CollectionSchema? present)
    {
        foreach (MemoryEntry entry in RecordsOf(next.Name).ToList())
        {
            MemoryEntry moved = entry.Under(next, present);
            Reindex(entry.Record.Key, present, entry, null);
            Reindex(entry.Record.Key, next, null, moved);
            Records.Set(entry.Record.Key, moved);
        }
    }

    private IEnumerable<MemoryEntry> RecordsOf(string collection) => Records
        .From(key => Utf8Order.Compare(key.Collection, collection) < 0)
        .TakeWhile(entry => entry.Key.Collection == collection)
        .Select(entry => entry.Value);

    private void Reindex(RecordKey key, CollectionSchema? schema, MemoryEntry? old, MemoryEntry? now)
    {
        for (int i = 0; i < (schema?.Indexes.Length ?? 0); i++)
        {
            string field = schema!.Indexes[i].Field;
            IndexValue? before = old is { IsLive: true } ? old.Values[i] : null;
            IndexValue? after = now is { IsLive: true } ? now.Values[i] : null;
            if (before is { } was && (after is null || was != after))
            {
                Index.Remove(new IndexSlot(key.Collection, field, was, key.Key));
            }

            if (after is { } value && before != after)
            {
                Index.Set(new IndexSlot(key.Collection, field, value, key.Key), true);
            }
        }
    }
}
