using Ordo.Sync.Records;
using Ordo.Sync.Sqlite.Journal;
using Ordo.Sync.Sqlite.State;

namespace Ordo.Sync.Sqlite.Transactions;

/// <summary>A scope within a transaction: what the database has of it, and what the commit will write.</summary>
internal sealed class ScopeDraft(ScopeEntry written)
{
    /// <summary>What the rows of the scope say now.</summary>
    public ScopeEntry Written { get; set; } = written;

    public ScopeState State { get; set; } = written.State;

    public JournalTally Journal { get; set; } = written.Journal;

    /// <summary>What the commit leaves.</summary>
    public ScopeEntry ToEntry() =>
        ReferenceEquals(State, Written.State) && Journal == Written.Journal ? Written : new ScopeEntry(State, Journal);
}
