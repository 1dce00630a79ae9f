namespace Ordo.Sync.Records;

/// <summary>Which concurrent versions replication keeps; decided by the collection's strategy, the same on every replica.</summary>
public enum SiblingPolicy
{
    /// <summary>Every version that no other supersedes stays until an edit or a decision supersedes it.</summary>
    KeepAll,

    /// <summary>Only the greatest by <see cref="SiblingOrder"/> stays: last write wins.</summary>
    KeepGreatest,
}
