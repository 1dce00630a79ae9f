using Ordo.Sync.Records;

namespace Ordo.Sync.Conflicts;

/// <summary>
/// What a strategy does: a pure function from the sorted siblings to what a reader sees, the same on every replica, so that
/// nobody has to write anything for all to agree. Thread-safe.
/// </summary>
public abstract class StrategyBehavior
{
    /// <summary>What a reader sees of a record.</summary>
    public abstract RecordView View(StoredRecord record);

    /// <summary>
    /// What a write stores as its version, given the record that its editor saw; by default the payload alone.
    /// </summary>
    /// <param name="seen">The record with the versions that the editor saw; <see langword="null"/> where there was none.</param>
    /// <param name="payload">The whole new payload; empty for a delete.</param>
    /// <param name="stamp">The new version's identity, time and author.</param>
    public virtual RecordVersion Write(StoredRecord? seen, ReadOnlyMemory<byte> payload, WriteStamp stamp) =>
        new(stamp.Dot, stamp.Timestamp, stamp.Author, payload);

    /// <summary>The record with what its readers see set for the store's indexes.</summary>
    public StoredRecord Show(StoredRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return record.HasSiblings ? record with { Visible = View(record).Payload } : record;
    }
}
