using Ordo.Sync.Records;

namespace Ordo.Sync.Conflicts;

/// <summary>What every replica must know of a collection: its name and how its conflicts are reconciled.</summary>
/// <param name="Name">The collection's name.</param>
/// <param name="Strategy">
/// Its strategy. A value this version does not know is kept and passed on; its siblings are all kept.
/// </param>
public sealed record CollectionDescriptor(string Name, ConflictStrategy Strategy)
{
    /// <summary>Which siblings replication keeps under the strategy.</summary>
    public SiblingPolicy Policy =>
        Strategy == ConflictStrategy.LastWriteWins ? SiblingPolicy.KeepGreatest : SiblingPolicy.KeepAll;
}
