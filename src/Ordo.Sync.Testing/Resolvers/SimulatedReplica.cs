using System.Collections.Immutable;
using Ordo.Sync.Engine.Resolvers;

namespace Ordo.Sync.Testing.Resolvers;

/// <summary>A replica of one record: the versions that stand, and those it knows of.</summary>
internal sealed class SimulatedReplica(int number, IConflictResolver resolver)
{
    private readonly HashSet<SimulatedVersion> _known = [];
    private readonly HashSet<SimulatedVersion> _standing = [];

    public int Number => number;

    public IConflictResolver Resolver => resolver;

    /// <summary>The greatest time it has met.</summary>
    public long Time { get; private set; }

    /// <summary>What stands, in the order in which every replica sorts it.</summary>
    public ImmutableArray<SimulatedVersion> Siblings =>
        [.. _standing.OrderBy(version => version.Time).ThenBy(version => version.Replica).ThenBy(version => version.Counter)];

    /// <summary>Writes over everything that stands here.</summary>
    public void Write(SimulatedVersion version)
    {
        _standing.Clear();
        _standing.Add(version);
        _known.Add(version);
        Time = version.Time;
    }

    /// <summary>Takes over what another replica has.</summary>
    public void Pull(SimulatedReplica other)
    {
        _standing.RemoveWhere(version => other._known.Contains(version) && !other._standing.Contains(version));
        _standing.UnionWith(other._standing.Where(version => !_known.Contains(version)));
        _known.UnionWith(other._known);
        Time = Math.Max(Time, other.Time);
    }
}
