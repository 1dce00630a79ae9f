using Ordo.Sync.Records;

namespace Ordo.Sync.Sqlite.State;

/// <summary>What is kept of a scope beside its records. Immutable.</summary>
/// <param name="State">Knowledge, digest and count.</param>
/// <param name="JournalCount">The scope's entries in the journal.</param>
/// <param name="JournalBytes">Their size.</param>
internal sealed record ScopeEntry(ScopeState State, long JournalCount, long JournalBytes)
{
    /// <summary>A scope of which nothing is known.</summary>
    public static ScopeEntry Empty { get; } = new(ScopeState.Empty, 0, 0);
}
