using Ordo.Sync.Engine.Resolvers;

namespace Ordo.Sync.Benchmarks.Hosting;

/// <summary>The resolver of the scenarios: the result with the highest score; of equals the newest.</summary>
internal sealed class HighestScore : IConflictResolver
{
    public ResolverResult Resolve(ResolverContext context)
    {
        ResolverSibling best = context.Newest;
        int? score = best.ReadAs<Result>()?.Score;
        foreach (ResolverSibling sibling in context.Siblings)
        {
            if (!sibling.IsDeleted && sibling.ReadAs<Result>()!.Score is { } other && (score is null || other > score))
            {
                (best, score) = (sibling, other);
            }
        }

        return context.Keep(best);
    }
}
