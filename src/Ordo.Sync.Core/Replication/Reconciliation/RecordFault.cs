namespace Ordo.Sync.Replication.Reconciliation;

/// <summary>What is wrong with a record that differs from a peer's.</summary>
internal enum RecordFault
{
    /// <summary>Nothing: knowledge explains the difference, and the next sync settles it.</summary>
    None,

    ContentDiffers,

    MissingHere,

    MissingThere,

    Unreadable,
}
