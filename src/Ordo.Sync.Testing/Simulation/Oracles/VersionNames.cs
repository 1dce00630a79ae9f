using System.Collections.Immutable;
using Ordo.Sync.Causality;

namespace Ordo.Sync.Testing.Simulation.Oracles;

/// <summary>
/// What versions are called in the truth. Two stores that speak as one replica, since one is a copy of the other or went back in time
/// and nobody has noticed yet, name different versions alike. Each is known here by a replica id of its own: to the store that wrote it
/// until that takes a new incarnation, and to everybody else from the moment one of the two has been heard in a scope.
/// </summary>
internal sealed class VersionNames
{
    private readonly List<Fork> _forks = [];
    private readonly Dictionary<SimulatedNode, ImmutableList<Branch>> _branches = [];
    private readonly Dictionary<ReplicaId, ReplicaId> _spoken = [];

    // What others have heard is from before the stores parted.
    private static ReplicaId AsBefore => default;

    /// <summary>What versions were called first that a hub has given other names since.</summary>
    public GenerationNames Generations { get; } = new();

    /// <summary>Whether any two stores have ever spoken as one.</summary>
    public bool HasForks => _forks.Count > 0;

    /// <summary>The branches that a store is on: to be kept with a backup of it.</summary>
    public ImmutableList<Branch> BranchesOf(SimulatedNode node) => _branches.GetValueOrDefault(node) ?? [];

    /// <summary>Stores that all hold what one replica wrote up to a counter go on from there, as that replica, each for itself.</summary>
    /// <param name="replica">The replica.</param>
    /// <param name="above">The last counter that they have in common.</param>
    /// <param name="stores">The stores, each with the branches that it was on.</param>
    /// <param name="heardIn">The scopes in which others know later versions of that replica, from before.</param>
    /// <param name="entropy">Where names come from.</param>
    public void Part(
        ReplicaId replica,
        long above,
        IEnumerable<(SimulatedNode Node, ImmutableList<Branch> Before)> stores,
        IEnumerable<string> heardIn,
        EntropySource entropy)
    {
        var fork = new Fork(replica, above);
        foreach (string scope in heardIn)
        {
            fork.Heard.Add(scope, AsBefore);
        }

        foreach ((SimulatedNode node, ImmutableList<Branch> before) in stores)
        {
            var name = ReplicaId.Create(entropy);
            _spoken.Add(name, replica);
            _branches[node] = before.Add(new Branch(replica, above, name));
            fork.Names.Add(name);
        }

        _forks.Add(fork);
    }

    /// <summary>A store holds what was on these branches up to a counter, and goes on under another name.</summary>
    public void PutBack(SimulatedNode node, ReplicaId replica, long upTo, ImmutableList<Branch> branches) => _branches[node] =
        [.. branches.Select(branch => branch.Replica == replica ? branch with { UpTo = Math.Min(branch.UpTo, upTo) } : branch)];

    /// <summary>A store took a new incarnation and stated anew what it had written as the old one.</summary>
    public void Leave(SimulatedNode node) => _branches.Remove(node);

    /// <summary>What a version is called that a node knows by this name.</summary>
    public GlobalDot Of(SimulatedNode node, string scope, GlobalDot dot)
    {
        dot = Generations.FirstOf(dot);
        if (_forks.Count == 0)
        {
            return dot;
        }

        foreach (Branch branch in BranchesOf(node).Reverse())
        {
            if (branch.Replica == dot.Replica && dot.Counter > branch.Above && dot.Counter <= branch.UpTo)
            {
                return new GlobalDot(branch.Name, dot.Counter);
            }
        }

        Fork? heard = _forks.FindLast(fork => fork.Holds(dot) && fork.HeardIn(scope) != AsBefore);
        return heard is null ? dot : new GlobalDot(heard.HeardIn(scope), dot.Counter);
    }

    /// <summary>The name that a version's author gave it, which another version may have as well.</summary>
    public GlobalDot SpokenOf(GlobalDot version) =>
        version with { Replica = _spoken.GetValueOrDefault(version.Replica, version.Replica) };

    /// <summary>
    /// What a node would know a version by in the first generation of the scope; <see langword="null"/> where that name is another
    /// version's there.
    /// </summary>
    public GlobalDot? ByNameAt(SimulatedNode node, string scope, GlobalDot version)
    {
        GlobalDot spoken = SpokenOf(version);
        return Of(node, scope, spoken) == version ? spoken : null;
    }

    /// <summary>By what names a node knows the versions of a replica, in the order of their counters.</summary>
    /// <returns>Each with the counter above which it holds.</returns>
    public IEnumerable<(ReplicaId Name, long Above)> NamesOf(SimulatedNode node, string scope, ReplicaId replica)
    {
        IEnumerable<long> starts = _forks.Where(fork => fork.Replica == replica).Select(fork => fork.Above)
            .Append(0).Distinct().Order();
        return starts.Select(above => (Of(node, scope, new GlobalDot(replica, above + 1)).Replica, above));
    }

    /// <summary>
    /// Somebody sees a version under a name that several may have used in this scope, and nobody had heard of: from now on the name is
    /// that one's.
    /// </summary>
    /// <param name="scope">The scope.</param>
    /// <param name="dot">The name.</param>
    /// <param name="isThis">Whether a version that was written is the one seen.</param>
    public void Hear(string scope, GlobalDot dot, Func<GlobalDot, bool> isThis)
    {
        foreach (Fork fork in _forks.Where(fork => fork.Holds(dot) && !fork.Heard.ContainsKey(scope)))
        {
            int at = fork.Names.FindIndex(name => isThis(new GlobalDot(name, dot.Counter)));
            if (at >= 0)
            {
                fork.Heard.Add(scope, fork.Names[at]);
            }
        }
    }

    /// <summary>The names that a replica's versions may have in a scope in which nothing of them was seen yet.</summary>
    public IEnumerable<ReplicaId> UnheardOf(string scope, ReplicaId replica) => _forks
        .Where(fork => fork.Replica == replica && fork.Names.Count > 1 && !fork.Heard.ContainsKey(scope))
        .SelectMany(fork => fork.Names);

    /// <summary>What a store writes as a replica after its way parted from another's.</summary>
    /// <param name="Replica">The replica as which it speaks.</param>
    /// <param name="Above">The last counter from before.</param>
    /// <param name="Name">What the replica is called in the truth, above that counter.</param>
    internal sealed record Branch(ReplicaId Replica, long Above, ReplicaId Name)
    {
        /// <summary>The last counter of it, where the store went on under another name.</summary>
        public long UpTo { get; init; } = long.MaxValue;
    }

    private sealed class Fork(ReplicaId replica, long above)
    {
        public ReplicaId Replica => replica;

        public long Above => above;

        public List<ReplicaId> Names { get; } = [];

        public Dictionary<string, ReplicaId> Heard { get; } = new(StringComparer.Ordinal);

        // Of a store that was put back nothing else can be heard where nobody had anything later from before.
        public ReplicaId HeardIn(string scope) =>
            Heard.TryGetValue(scope, out ReplicaId heard) ? heard : Names.Count == 1 ? Names[0] : AsBefore;

        public bool Holds(GlobalDot dot) => dot.Replica == replica && dot.Counter > above;
    }
}
