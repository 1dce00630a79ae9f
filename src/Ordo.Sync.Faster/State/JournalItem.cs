using System.Text;
using Ordo.Sync.Journal;

namespace Ordo.Sync.Faster.State;

/// <summary>A journal entry as memory knows it.</summary>
/// <param name="Entry">The entry, without its content where that is a value.</param>
/// <param name="Number">The number of the content's value; 0 where the entry has it.</param>
/// <param name="ContentLength">The bytes of the content.</param>
internal sealed record JournalItem(JournalEntry Entry, long Number, int ContentLength)
{
    private const int EntryBytes = 40;

    /// <summary>What the journal's status counts for the entry.</summary>
    public int SizeBytes =>
        EntryBytes + Encoding.UTF8.GetByteCount(Entry.Scope) + Entry.Key.SizeBytes + ContentLength;
}
