using Ordo.Sync.Records;
using Ordo.Sync.Sqlite.State;

namespace Ordo.Sync.Sqlite.Transactions;

/// <summary>A scope within a transaction: what the database has of it, and what the commit will write.</summary>
internal sealed class ScopeDraft(ScopeEntry written)
{
    /// <summary>What the rows of the scope say now.</summary>
    public ScopeEntry Written { get; set; } = written;

    public ScopeState State { get; set; } = written.State;

    public long JournalCount { get; set; } = written.JournalCount;

    public long JournalBytes { get; set; } = written.JournalBytes;

    /// <summary>What the commit leaves.</summary>
    public ScopeEntry ToEntry() =>
        ReferenceEquals(State, Written.State) && JournalCount == Written.JournalCount && JournalBytes == Written.JournalBytes
            ? Written
            : new ScopeEntry(State, JournalCount, JournalBytes);
}
