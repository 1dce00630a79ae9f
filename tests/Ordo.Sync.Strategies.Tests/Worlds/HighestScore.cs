using Ordo.Sync.Engine.Resolvers;

namespace Ordo.Sync.Strategies.Tests.Worlds;

/// <summary>Shows the version with the highest score; deletes count only where there is nothing else.</summary>
internal sealed class HighestScore : IConflictResolver
{
    public ResolverResult Resolve(ResolverContext context)
    {
        ResolverSibling? best = null;
        foreach (ResolverSibling sibling in context.Siblings)
        {
            // The last of equals: siblings come in the same order everywhere.
            if (!sibling.IsDeleted && (best is null || sibling.ReadAs<Note>()!.Score >= best.ReadAs<Note>()!.Score))
            {
                best = sibling;
            }
        }

        return best is null ? context.Delete() : context.Keep(best);
    }
}
