namespace Ordo.Sync.Sqlite.Journal;

/// <summary>What is kept of a scope's journal beside its entries.</summary>
/// <param name="Count">The number of entries.</param>
/// <param name="Bytes">Their size.</param>
/// <param name="IsScrambled">
/// Whether an entry was appended with a dot that is not greater than the one before. Where none was, and callers have
/// no reason to, the order of entries is that of their dots, and what an acknowledgement covers stands at the front.
/// </param>
internal readonly record struct JournalTally(long Count, long Bytes, bool IsScrambled)
{
    /// <summary>
    /// The dot of the last entry, packed; 0 where there is none, <see langword="null"/> where it was not looked up yet.
    /// </summary>
    public long? LastDot { get; init; }

    /// <summary>Whether both say the same of the entries; that one has looked up more makes no difference.</summary>
    public bool HasSameRow(JournalTally other) =>
        Count == other.Count && Bytes == other.Bytes && IsScrambled == other.IsScrambled;

    /// <summary>The tally with an entry appended.</summary>
    /// <param name="dot">The entry's dot, packed.</param>
    /// <param name="bytes">Its size.</param>
    /// <param name="lastDot">The dot of the entry before.</param>
    public JournalTally Append(long dot, long bytes, long lastDot) =>
        new(Count + 1, Bytes + bytes, IsScrambled || dot <= lastDot) { LastDot = dot };

    /// <summary>The tally without some entries.</summary>
    public JournalTally Remove(long count, long bytes) => Count == count
        ? new JournalTally(0, 0, false) { LastDot = 0 }
        : new JournalTally(Count - count, Bytes - bytes, IsScrambled);
}
