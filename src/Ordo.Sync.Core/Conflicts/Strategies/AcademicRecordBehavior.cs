using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Records;

namespace Ordo.Sync.Conflicts.Strategies;

/// <summary>
/// Academic records: siblings stay until an approver decides; meanwhile the last decided value is shown, or where none of them
/// is a decision, the greatest that is no delete.
/// </summary>
internal sealed class AcademicRecordBehavior() : AuditedBehavior(RecordState.AwaitingApproval)
{
    protected override RecordVersion Shown(StoredRecord record)
    {
        if (record.HasSiblings)
        {
            for (int i = record.Versions.Length - 1; i >= 0; i--)
            {
                if (VersionNotes.Decode(record.Versions[i].Annotations).Decision is not null)
                {
                    return record.Versions[i];
                }
            }
        }

        return base.Shown(record);
    }
}
