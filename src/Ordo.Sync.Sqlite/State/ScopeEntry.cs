using Ordo.Sync.Records;
using Ordo.Sync.Sqlite.Journal;

namespace Ordo.Sync.Sqlite.State;

/// <summary>What is kept of a scope beside its records. Immutable.</summary>
/// <param name="State">Knowledge, digest and count.</param>
/// <param name="Journal">Its part of the journal.</param>
internal sealed record ScopeEntry(ScopeState State, JournalTally Journal)
{
    /// <summary>Whether the scope has a header row; one that would say nothing is not kept.</summary>
    public bool HasHeader => State.LiveCount != 0 || State.Digest != UInt128.Zero || Journal.Count != 0;

    /// <summary>A scope of which nothing is known.</summary>
    public static ScopeEntry Empty { get; } = new(ScopeState.Empty, default);
}
