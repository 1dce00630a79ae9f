using Ordo.Sync.Records;

namespace Ordo.Sync.Conflicts.Strategies;

/// <summary>Last write wins: the greatest version is the record.</summary>
internal sealed class LastWriteWinsBehavior : StrategyBehavior
{
    protected override RecordView ViewContent(string scope, StoredRecord record) =>
        new(RecordState.Current, record.Greatest.Payload, record.Greatest);
}
