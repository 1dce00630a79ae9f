using Ordo.Sync.Causality;
using Ordo.Sync.Crdt;

namespace Ordo.Sync.Benchmarks.Micro;

/// <summary>Two replicas of one document, and contexts that know all that either wrote.</summary>
internal sealed class Counting
{
    public Counting()
    {
        Replicas = ReplicaTable.Empty.With(Mine.Replica, out int mine).With(Theirs.Replica, out int theirs);
        Everything = CausalView.Of(
            Replicas, VersionVector.Of(new Dot(mine, Dot.CounterMax), new Dot(theirs, Dot.CounterMax)));
    }

    public DotSource Mine { get; } = new(new ReplicaId(1));

    public DotSource Theirs { get; } = new(new ReplicaId(2));

    public ReplicaTable Replicas { get; }

    public ICausalView Everything { get; }

    /// <summary>What a replica knows that saw all written so far.</summary>
    public ICausalView Now() => CausalView.Of(
        Replicas, VersionVector.Of(new Dot(0, Math.Max(1, Mine.Last)), new Dot(1, Math.Max(1, Theirs.Last))));
}
