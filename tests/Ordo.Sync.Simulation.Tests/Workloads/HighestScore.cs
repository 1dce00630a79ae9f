using Ordo.Sync.Engine.Resolvers;

namespace Ordo.Sync.Simulation.Tests.Workloads;

/// <summary>A resolver as apps write them: the highest score wins, deletes count only where there is nothing else.</summary>
internal sealed class HighestScore : IConflictResolver
{
    public ResolverResult Resolve(ResolverContext context)
    {
        ResolverSibling? best = null;
        foreach (ResolverSibling sibling in context.Siblings)
        {
            if (!sibling.IsDeleted && (best is null || sibling.ReadAs<Note>()!.Score >= best.ReadAs<Note>()!.Score))
            {
                best = sibling;
            }
        }

        return best is null ? context.Delete() : context.Keep(best);
    }
}
