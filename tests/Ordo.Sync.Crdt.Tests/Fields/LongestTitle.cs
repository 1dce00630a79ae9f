using Ordo.Sync.Engine.Resolvers;

namespace Ordo.Sync.Crdt.Tests.Fields;

/// <summary>Shows the version with the longest title; deletes count only where there is nothing else.</summary>
internal sealed class LongestTitle : IConflictResolver
{
    public ResolverResult Resolve(ResolverContext context)
    {
        // The last of equals: siblings come in the same order everywhere.
        ResolverSibling? best = context.Siblings
            .Where(sibling => !sibling.IsDeleted)
            .OrderBy(sibling => sibling.ReadAs<Sheet>()!.Title.Length)
            .LastOrDefault();
        return best is null ? context.Delete() : context.Keep(best);
    }
}
