using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Sqlite.Schema;

namespace Ordo.Sync.Sqlite.State;

/// <summary>
/// What the store keeps in memory of one commit: everything small, and of scopes what was read or written lately.
/// Immutable, so that a snapshot holds the state that belongs to its read, and a rolled-back transaction leaves no
/// trace.
/// </summary>
internal sealed record StoreState
{
    /// <summary>The most scopes kept; beyond, they are read again when needed.</summary>
    public const int ScopesMax = 4096;

    /// <summary>The number of the commit, which the database holds too: equal numbers, equal states.</summary>
    public required long CommitNumber { get; init; }

    public required ReplicaTable Replicas { get; init; }

    /// <summary>The local index of the present incarnation.</summary>
    public required int SelfIndex { get; init; }

    public required long Counter { get; init; }

    public required HybridTimestamp Clock { get; init; }

    /// <summary>The greatest sequence number the journal has given.</summary>
    public required long JournalSequence { get; init; }

    public required long JournalCount { get; init; }

    public required long JournalBytes { get; init; }

    public required Catalog Catalog { get; init; }

    /// <summary>Some scopes by their interned number. One that is missing may exist all the same.</summary>
    public ImmutableDictionary<long, ScopeEntry> Scopes { get; init; } = ImmutableDictionary<long, ScopeEntry>.Empty;

    public ReplicaId Replica => Replicas[SelfIndex];

    /// <summary>This state with one more scope kept.</summary>
    public StoreState Remember(long scope, ScopeEntry entry) => this with
    {
        Scopes = (Scopes.Count < ScopesMax ? Scopes : ImmutableDictionary<long, ScopeEntry>.Empty).SetItem(scope, entry),
    };
}
