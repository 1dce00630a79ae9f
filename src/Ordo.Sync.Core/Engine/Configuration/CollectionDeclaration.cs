using System.Collections.Immutable;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Conflicts.Strategies;
using Ordo.Sync.Engine.ConflictFree;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Engine.Configuration;

/// <summary>A collection as the app declared it.</summary>
/// <param name="Descriptor">Name and strategy: what every replica must agree on.</param>
/// <param name="ValueType">The app's type.</param>
/// <param name="Indexes">The indexes of this device.</param>
/// <param name="SyncsImmediately">Whether a write asks for a sync at once.</param>
internal sealed record CollectionDeclaration(
    CollectionDescriptor Descriptor, Type ValueType, ImmutableArray<IndexDefinition> Indexes, bool SyncsImmediately)
{
    /// <summary>The fields whose values live in the records' conflict-free state.</summary>
    public ImmutableArray<ConflictFreeField> ConflictFree { get; init; } = [];

    /// <summary>Whether the store's indexes stay as they are: for a tool that knows the collection by name alone.</summary>
    public bool KeepsSchema { get; init; }

    /// <summary>What the collection's strategy does on this device, where that is not what it does everywhere.</summary>
    public StrategyBehavior? Behavior { get; init; }
}
