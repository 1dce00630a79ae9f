using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Generations;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Identity;
using Ordo.Sync.Testing.Simulation.Storage;

namespace Ordo.Sync.Testing.Simulation.Oracles;

/// <summary>What a node claims to know, as it is on its disk.</summary>
internal sealed class NodeKnowledge
{
    private readonly Dictionary<string, ReplicaId> _generations = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ScopeState> _scopes = new(StringComparer.Ordinal);

    private NodeKnowledge(SimulatedNode node) => Node = node;

    /// <summary>The node.</summary>
    public SimulatedNode Node { get; }

    /// <summary>The incarnation under which it writes.</summary>
    public required ReplicaId Replica { get; init; }

    /// <summary>The last counter that it issued.</summary>
    public required long Counter { get; init; }

    /// <summary>All incarnations that it had, as the file beside its store names them.</summary>
    public required IReadOnlyList<ReplicaId> Former { get; init; }

    private ReplicaTable Replicas { get; init; } = ReplicaTable.Empty;

    /// <summary>Reads it from a copy, for which a medium is changed where a store is opened over it.</summary>
    public static async Task<NodeKnowledge> ReadAsync(SimulatedNode node, ISimulatedMedium medium)
    {
        await using ISimulatedMedium copy = await medium.CopyAsync(isNoticed: false).ConfigureAwait(false);
        IRecordStore store = copy.Mount();
        await store.OpenAsync().ConfigureAwait(false);
        await using IStoreSnapshot snapshot = await store.ReadAsync().ConfigureAwait(false);
        var read = new NodeKnowledge(node)
        {
            Replica = snapshot.Replica,
            Counter = snapshot.Counter,
            Former =
            [
                .. await Incarnations.ListAsync(snapshot).ConfigureAwait(false),
                .. await Incarnations.ListFormerAsync(snapshot).ConfigureAwait(false),
            ],
            Replicas = snapshot.Replicas,
        };
        foreach (string scope in await snapshot.ListScopesAsync().ConfigureAwait(false))
        {
            read._scopes.Add(scope, await snapshot.GetScopeAsync(scope).ConfigureAwait(false));
            read._generations.Add(
                scope, await GenerationLedger.ReadCurrentAsync(snapshot, scope, CancellationToken.None).ConfigureAwait(false));
        }

        return read;
    }

    /// <summary>Whether it claims a version, as current or as one that another has taken the place of.</summary>
    public bool Knows(VersionNames names, VersionFact fact, RecordKey key) =>
        _scopes.TryGetValue(fact.Scope, out ScopeState? state)
        && names.ByNameAt(Node, fact.Scope, fact.Version) is { } first
        && names.Generations.At(_generations[fact.Scope], first) is var dot
        && Replicas.IndexOf(dot.Replica) is >= 0 and var index
        && state.ContextOf(key).Contains(new Dot(index, dot.Counter));

    /// <summary>The scopes in which it knows versions of a replica above a counter.</summary>
    public IEnumerable<string> ScopesBeyond(ReplicaId replica, long counter) => _scopes
        .Where(scope => Replicas.IndexOf(replica) is >= 0 and var index
            && (scope.Value.Knowledge[index] > counter
                || scope.Value.Exceptions.Any(exception => exception.Knowledge[index] > counter)))
        .Select(scope => scope.Key);
}
