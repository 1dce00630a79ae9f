using Ordo.Sync.Records;

namespace Ordo.Sync.Conflicts;

/// <summary>
/// Siblings stay until a write supersedes them; meanwhile the greatest that is no tombstone is shown. For collections of which
/// nothing more is known.
/// </summary>
internal sealed class KeepSiblingsBehavior(RecordState conflictState) : StrategyBehavior
{
    public override RecordView View(StoredRecord record)
    {
        RecordVersion shown = record.Versions.LastOrDefault(version => !version.IsTombstone) ?? record.Greatest;
        return new RecordView(record.HasSiblings ? conflictState : RecordState.Current, shown.Payload, shown);
    }
}
