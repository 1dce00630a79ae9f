using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Storage.Memory;

namespace Ordo.Sync.Faster.State;

/// <summary>One scope of one state of the store; written only by the state that owns it.</summary>
internal sealed class ScopeImage : ScopeRecords<RecordSlot>
{
    public ScopeImage(StoreImage owner)
    {
        Owner = owner;
        Journal = new();
    }

    private ScopeImage(StoreImage owner, ScopeImage other)
        : base(other)
    {
        Owner = owner;
        State = other.State;
        Journal = other.Journal.Fork();
        JournalBytes = other.JournalBytes;
        IsJournalInOrder = other.IsJournalInOrder;
        LastJournaled = other.LastJournaled;
    }

    public StoreImage Owner { get; }

    public ScopeState State { get; set; } = ScopeState.Empty;

    /// <summary>The scope's journal entries in the order of their dots, by which acknowledgements prune.</summary>
    public OrderedMap<JournalSlot, bool> Journal { get; }

    public long JournalBytes { get; set; }

    // Whether the order of dots is that of sequence numbers: it is while one replica writes, under one identity.
    private bool IsJournalInOrder { get; set; } = true;

    private JournalSlot LastJournaled { get; set; }

    public bool IsEmpty => Records.Count == 0 && Journal.Count == 0 && State == ScopeState.Empty;

    public ScopeImage Fork(StoreImage owner) => new(owner, this);

    /// <summary>The sequence number of the first journal entry; <see langword="null"/> where there is none.</summary>
    public long? FirstJournaled => Journal.Count == 0 ? null
        : IsJournalInOrder ? Journal.All().First().Key.Sequence
        : Journal.All().Min(entry => entry.Key.Sequence);

    public void AppendJournal(JournalSlot slot)
    {
        // What stands behind the last of all dots and of all numbers keeps both orders the same; an empty journal begins anew.
        bool isBehind = slot.Dot >= LastJournaled.Dot && slot.Sequence > LastJournaled.Sequence;
        IsJournalInOrder = Journal.Count == 0 || (IsJournalInOrder && isBehind);
        LastJournaled = slot;
        Journal.Set(slot, true);
    }

    /// <summary>Sets a record's slot and brings the indexes up to date; returns the slot it replaces.</summary>
    public RecordSlot? Put(RecordKey key, in RecordSlot slot, CollectionLayout layout)
    {
        RecordSlot? present = Records.TryGet(key, out RecordSlot found) ? found : null;
        RecordKey shared = key;
        if (present is { } old)
        {
            // The same key's text shall stand in memory once, however often its record is written.
            shared = Changes.TryGet(old.Dot, out RecordKey known) ? known : key;
            Forget(old, slot);
        }

        if (slot.HasSiblings)
        {
            foreach (Dot dot in slot.Detail!.Dots)
            {
                Changes.Set(dot, shared);
            }
        }
        else
        {
            Changes.Set(slot.Dot, shared);
        }

        Reindex(shared, layout.Indexes, present.GetValueOrDefault(), slot);
        Records.Set(shared, slot);
        return present;
    }

    /// <summary>Removes a record; returns the slot it had.</summary>
    public RecordSlot? Remove(RecordKey key, CollectionLayout layout)
    {
        if (!Records.TryGet(key, out RecordSlot slot))
        {
            return null;
        }

        Forget(slot, null);
        Reindex(key, layout.Indexes, slot, default);
        Records.Remove(key);
        return slot;
    }

    /// <summary>Brings a record under another layout of its collection.</summary>
    public void Redefine(RecordKey key, in RecordSlot old, CollectionLayout present, in RecordSlot slot, CollectionLayout next)
    {
        Reindex(key, present.Indexes, old, default);
        Reindex(key, next.Indexes, default, slot);
        Records.Set(key, slot);
    }

    private void Forget(in RecordSlot old, RecordSlot? now)
    {
        ImmutableArray<Dot> dots = old.HasSiblings ? old.Detail!.Dots : [old.Dot];
        foreach (Dot dot in dots)
        {
            if (now is null || !now.Value.Holds(dot))
            {
                Changes.Remove(dot);
            }
        }
    }
}
