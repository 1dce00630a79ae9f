namespace Ordo.Sync.Records;

/// <summary>What a version stands for; the numbers are part of the encoding of annotations.</summary>
public enum VersionKind
{
    /// <summary>Content: a payload, or a tombstone.</summary>
    Content = 0,

    /// <summary>
    /// The empty content of a record that a conflict-free write made. It stands only where no other content does: whoever
    /// writes a payload or deletes the record at the same time is not overwritten by a counter that somebody raised.
    /// </summary>
    Birth = 1,

    /// <summary>
    /// No content: it says that the record's conflict-free state changed, so that replicas which lack the change find it.
    /// Superseded only by a carrier whose writer saw it, and dropped by no strategy.
    /// </summary>
    Carrier = 2,
}
