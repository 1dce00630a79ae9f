using Ordo.Sync.Records;

namespace Ordo.Sync.Conflicts;

/// <summary>Last write wins: the greatest version is the record.</summary>
internal sealed class LastWriteWinsBehavior : StrategyBehavior
{
    public override RecordView View(StoredRecord record) =>
        new(RecordState.Current, record.Greatest.Payload, record.Greatest);
}
