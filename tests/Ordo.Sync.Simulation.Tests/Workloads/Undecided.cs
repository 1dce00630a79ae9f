using Ordo.Sync.Engine.Resolvers;

namespace Ordo.Sync.Simulation.Tests.Workloads;

/// <summary>A resolver that never decides.</summary>
internal sealed class Undecided : IConflictResolver
{
    public ResolverResult Resolve(ResolverContext context) => throw new NotSupportedException("not this one");
}
