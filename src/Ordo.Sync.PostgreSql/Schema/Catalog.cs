using System.Collections.Immutable;
using Ordo.Sync.Storage;

namespace Ordo.Sync.PostgreSql.Schema;

/// <summary>The declared indexes as of one declaration. Immutable.</summary>
/// <param name="Stamp">Which declaration: the database holds it too, so another instance's is noticed.</param>
/// <param name="Indexes">The indexes by collection; collections without any are not listed.</param>
internal sealed record Catalog(long Stamp, ImmutableDictionary<string, ImmutableArray<IndexDefinition>> Indexes)
{
    /// <summary>The catalog of a store in which nothing was declared.</summary>
    public static Catalog Empty { get; } =
        new(0, ImmutableDictionary.Create<string, ImmutableArray<IndexDefinition>>(StringComparer.Ordinal));

    /// <summary>The indexes of a collection.</summary>
    public ImmutableArray<IndexDefinition> IndexesOf(string collection) =>
        Indexes.TryGetValue(collection, out ImmutableArray<IndexDefinition> indexes) ? indexes : [];

    /// <summary>The index over a field; <see langword="null"/> where none is declared.</summary>
    public IndexDefinition? Find(string collection, string field)
    {
        foreach (IndexDefinition index in IndexesOf(collection))
        {
            if (index.Field == field)
            {
                return index;
            }
        }

        return null;
    }
}
