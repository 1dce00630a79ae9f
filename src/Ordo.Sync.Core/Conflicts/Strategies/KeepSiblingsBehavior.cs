using System.Collections.Immutable;
using Ordo.Sync.Records;

namespace Ordo.Sync.Conflicts.Strategies;

/// <summary>
/// Siblings stay until a write supersedes them; meanwhile the greatest that is no tombstone is shown. For collections whose
/// strategy or resolver this replica does not have.
/// </summary>
internal class KeepSiblingsBehavior(RecordState conflictState) : StrategyBehavior
{
    protected override RecordView ViewContent(string scope, StoredRecord record)
    {
        ImmutableArray<RecordVersion> sides = SidesOf(scope, record);
        RecordVersion shown = Shown(sides);
        return new RecordView(Dissent.IsAmong(sides) ? conflictState : RecordState.Current, shown.Payload, shown);
    }

    /// <summary>The sibling that is shown meanwhile: the same on every replica.</summary>
    protected virtual RecordVersion Shown(ImmutableArray<RecordVersion> sides) =>
        sides.LastOrDefault(version => !version.IsTombstone) ?? sides[^1];
}
