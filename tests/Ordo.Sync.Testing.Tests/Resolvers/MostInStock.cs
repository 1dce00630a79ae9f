using Ordo.Sync.Engine.Resolvers;

namespace Ordo.Sync.Testing.Tests.Resolvers;

/// <summary>A resolver as it should be: the greatest count, the newest remark, a delete only where all are.</summary>
public sealed class MostInStock : IConflictResolver
{
    public ResolverResult Resolve(ResolverContext context)
    {
        Stock[] left = [.. context.Siblings.Where(sibling => !sibling.IsDeleted).Select(sibling => sibling.ReadAs<Stock>()!)];
        return left.Length == 0
            ? context.Delete()
            : context.Use(left[^1] with { Count = left.Max(stock => stock.Count) });
    }
}
