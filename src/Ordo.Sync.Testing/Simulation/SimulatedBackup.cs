using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Testing.Simulation.Oracles;
using Ordo.Sync.Testing.Simulation.Storage;

namespace Ordo.Sync.Testing.Simulation;

/// <summary>
/// What was on the disk of a node at a moment (<see cref="SimulatedNode.BackUp"/>). It can be put back any number of times
/// (<see cref="SimulatedNode.Restore"/>).
/// </summary>
public sealed class SimulatedBackup
{
    internal SimulatedBackup(ISimulatedMedium medium, NodeKnowledge held, ImmutableList<VersionNames.Branch> branches)
    {
        Medium = medium;
        Branches = branches;
        Held = held;
    }

    /// <summary>Of which node it is.</summary>
    public SimulatedNode Node => Held.Node;

    /// <summary>Whether its node was put back to an older one since: what came after that never happened.</summary>
    public bool IsVoid { get; internal set; }

    internal ISimulatedMedium Medium { get; }

    /// <summary>What it knew.</summary>
    internal NodeKnowledge Held { get; }

    /// <summary>The branches that the store was on.</summary>
    internal ImmutableList<VersionNames.Branch> Branches { get; }

    /// <summary>The store's incarnation at that time.</summary>
    internal ReplicaId Replica => Held.Replica;

    /// <summary>The last counter that it had issued.</summary>
    internal long Counter => Held.Counter;
}
