using System.Collections.Immutable;
using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Records;

namespace Ordo.Sync.Conflicts.Strategies;

/// <summary>
/// Academic records: siblings stay until an approver decides; meanwhile the last decided value is shown, or where none of them
/// is a decision, the greatest that is no delete.
/// </summary>
internal sealed class AcademicRecordBehavior() : AuditedBehavior(RecordState.AwaitingApproval)
{
    protected override RecordVersion Shown(ImmutableArray<RecordVersion> sides)
    {
        for (int i = sides.Length - 1; i >= 0 && sides.Length > 1; i--)
        {
            if (VersionNotes.Decode(sides[i].Annotations).Decision is not null)
            {
                return sides[i];
            }
        }

        return base.Shown(sides);
    }
}
