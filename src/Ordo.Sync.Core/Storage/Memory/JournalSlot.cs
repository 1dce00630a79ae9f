using Ordo.Sync.Causality;

namespace Ordo.Sync.Storage.Memory;

/// <summary>The place of a journal entry in its scope's order of dots, by which acknowledgements prune.</summary>
internal readonly record struct JournalSlot(Dot Dot, long Sequence) : IComparable<JournalSlot>
{
    public int CompareTo(JournalSlot other)
    {
        int byDot = Dot.CompareTo(other.Dot);
        return byDot != 0 ? byDot : Sequence.CompareTo(other.Sequence);
    }
}
