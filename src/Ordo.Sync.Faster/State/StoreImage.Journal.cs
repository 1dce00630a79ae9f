using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Storage.Memory;

namespace Ordo.Sync.Faster.State;

// The journal, and the local entries beside it.
internal sealed partial class StoreImage
{
    /// <summary>Adds a journal entry that has its sequence number.</summary>
    public void AppendJournal(JournalItem item)
    {
        JournalItem added = item;
        ScopeImage scope = OwnScope(item.Entry.Scope);
        if (scope.Changes.TryGet(item.Entry.Dot, out RecordKey known) && known == item.Entry.Key)
        {
            // The text of the key stands in memory already.
            added = item with { Entry = item.Entry with { Key = known } };
        }

        long sequence = added.Entry.Sequence;
        scope.AppendJournal(new JournalSlot(added.Entry.Dot, sequence));
        scope.JournalBytes += added.SizeBytes;
        Journal.Set(sequence, added);
        JournalSequence = Math.Max(JournalSequence, sequence);
        JournalBytes += added.SizeBytes;
        IndexBytes += IndexCost.Of(added);
        ValueBytes += added.Number == 0 ? 0 : added.ContentLength;
    }

    public int PruneJournal(string scope, Dot upTo)
    {
        List<JournalSlot> acknowledged = FindScope(scope)?.Journal
            .From(slot => slot.Dot.ReplicaIndex < upTo.ReplicaIndex)
            .Select(entry => entry.Key)
            .TakeWhile(slot => slot.Dot <= upTo)
            .ToList() ?? [];
        if (acknowledged.Count > 0)
        {
            ScopeImage own = OwnScope(scope);
            foreach (JournalSlot slot in acknowledged)
            {
                own.Journal.Remove(slot);
                own.JournalBytes -= ForgetJournal(slot.Sequence);
            }
        }

        return acknowledged.Count;
    }

    public void SetLocal(string area, string key, in LocalSlot slot)
    {
        RemoveLocal(area, key);
        Locals.Set(new LocalName(area, key), slot);
        IndexBytes += IndexCost.Of(area, key, slot);
        ValueBytes += slot.Number == 0 ? 0 : slot.Length;
    }

    public void RemoveLocal(string area, string key)
    {
        var name = new LocalName(area, key);
        if (Locals.TryGet(name, out LocalSlot present))
        {
            Locals.Remove(name);
            IndexBytes -= IndexCost.Of(area, key, present);
            ValueBytes -= present.Number == 0 ? 0 : present.Length;
        }
    }

    private int ForgetJournal(long sequence)
    {
        Journal.TryGet(sequence, out JournalItem item);
        Journal.Remove(sequence);
        JournalBytes -= item.SizeBytes;
        IndexBytes -= IndexCost.Of(item);
        ValueBytes -= item.Number == 0 ? 0 : item.ContentLength;
        return item.SizeBytes;
    }
}
