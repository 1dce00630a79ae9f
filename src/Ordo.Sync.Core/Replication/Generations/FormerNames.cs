using Ordo.Sync.Causality;
using Ordo.Sync.Records;

namespace Ordo.Sync.Replication.Generations;

/// <summary>Shows what a store holds under the names of an earlier generation. Immutable.</summary>
/// <param name="chain">The generations since, the next first.</param>
/// <param name="replicas">The store's table.</param>
internal sealed class FormerNames(IReadOnlyList<ScopeGeneration> chain, ReplicaTable replicas)
{
    private readonly GenerationNaming[] _latestFirst =
        [.. chain.Reverse().Select(generation => new GenerationNaming(generation, replicas))];

    /// <summary>
    /// Whom the cursors of such a transfer name as its sender: one that began in another generation, here or there, is void.
    /// </summary>
    public ReplicaId Sender => chain[^1].Name;

    /// <summary>A scope's state.</summary>
    public ScopeState Of(ScopeState state) => _latestFirst.Aggregate(state, static (shown, naming) => naming.Restore(shown));

    /// <summary>Records.</summary>
    public IReadOnlyList<StoredRecord> Of(IReadOnlyList<StoredRecord> records) =>
        [.. records.Select(record => _latestFirst.Aggregate(record, static (shown, naming) => naming.Restore(shown)))];
}
