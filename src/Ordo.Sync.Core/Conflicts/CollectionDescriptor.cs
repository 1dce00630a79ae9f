using Ordo.Sync.Records;

namespace Ordo.Sync.Conflicts;

/// <summary>What every replica must know of a collection: its name and how its conflicts are reconciled.</summary>
/// <param name="Name">The collection's name.</param>
/// <param name="Strategy">
/// Its strategy. A value this version does not know is kept and passed on; its siblings are all kept.
/// </param>
public sealed record CollectionDescriptor(string Name, ConflictStrategy Strategy)
{
    /// <summary>
    /// Whether its records stand in the ephemeral lane of their scope. Part of what all replicas must agree on: a record belongs to
    /// one lane for ever. The default is no.
    /// </summary>
    public bool IsEphemeral { get; init; }

    /// <summary>Which siblings replication keeps under the strategy.</summary>
    public SiblingPolicy Policy =>
        Strategy == ConflictStrategy.LastWriteWins ? SiblingPolicy.KeepGreatest : SiblingPolicy.KeepAll;
}
