using System.Collections.Immutable;

namespace Ordo.Sync.Storage;

/// <summary>What a store needs to know of a collection to let people query it.</summary>
/// <param name="Name">The collection's name.</param>
/// <param name="Indexes">Its indexes; each becomes a typed column in stores that have columns.</param>
public sealed record CollectionSchema(string Name, ImmutableArray<IndexDefinition> Indexes);
