using Ordo.Sync.Causality;
using Ordo.Sync.Records;

namespace Ordo.Sync.Testing.Simulation.Storage;

/// <summary>What a transaction changes: each record and scope as it was and as it is left.</summary>
internal sealed class CommitImage
{
    public required ReplicaId Replica { get; init; }

    public required long CounterBefore { get; init; }

    /// <summary>The replica ids, once the transaction has met all it names.</summary>
    public ReplicaTable Replicas { get; set; } = ReplicaTable.Empty;

    public long CounterAfter { get; set; }

    public Dictionary<(string Scope, RecordKey Key), StoredRecord?> Before { get; } = [];

    public Dictionary<(string Scope, RecordKey Key), StoredRecord?> After { get; } = [];

    public Dictionary<string, ScopeState> ScopesBefore { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, ScopeState> ScopesAfter { get; } = new(StringComparer.Ordinal);

    /// <summary>The generation of each scope that is touched, as it was and as it is left; empty in the first.</summary>
    public Dictionary<string, (ReplicaId Before, ReplicaId After)> Generations { get; } = new(StringComparer.Ordinal);

    /// <summary>The generation in which a scope is left.</summary>
    public ReplicaId GenerationOf(string scope) => Generations.GetValueOrDefault(scope).After;

    /// <summary>What was put on the way to what is left: of several writes of a record, each saw what the one before had put.</summary>
    public List<(string Scope, StoredRecord Record)> Put { get; } = [];

    /// <summary>Scopes that were dropped as wholes.</summary>
    public HashSet<string> Dropped { get; } = new(StringComparer.Ordinal);

    /// <summary>What the engine wrote by itself, and says in its journal that it only states something anew.</summary>
    public HashSet<(string Scope, Dot Version)> Restated { get; } = [];

    /// <summary>What was taken out of the journal, as acknowledged.</summary>
    public List<(string Scope, Dot UpTo)> Pruned { get; } = [];

    /// <summary>Entries of the store's own areas that were removed.</summary>
    public List<(string Area, string Key)> RemovedLocals { get; } = [];

    /// <summary>Whether the store took a new incarnation.</summary>
    public bool HasRotated { get; set; }
}
