using System.Collections.Immutable;
using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Records;

namespace Ordo.Sync.Conflicts.Strategies;

/// <summary>
/// What strategies share whose records a person decides about: every version names those it superseded by their hashes, and
/// what is superseded goes to the audit history.
/// </summary>
internal abstract class AuditedBehavior(RecordState conflictState) : KeepSiblingsBehavior(conflictState)
{
    public override bool RequiresDecision => true;

    // An ordinary edit is of the value that its editor was shown; whoever supersedes versions that disagree decides.
    public override ImmutableArray<RecordVersion> Superseded(StoredRecord seen, bool isDecision)
    {
        if (isDecision || !Dissent.IsIn(seen))
        {
            return seen.Versions;
        }

        ReadOnlyMemory<byte> shown = Shown(seen).Payload;
        return seen.Versions.RemoveAll(version => !version.Payload.Span.SequenceEqual(shown.Span));
    }

    public override RecordVersion Write(in VersionDraft draft)
    {
        var notes = new VersionNotes
        {
            Lineage = new Lineage(draft.Stamp.Timestamp.UnixMilliseconds, ParentsOf(draft)),
            Decision = draft.Decision,
        };
        return new RecordVersion(
            draft.Stamp.Dot, draft.Stamp.Timestamp, draft.Stamp.Author, draft.Payload, notes.Encode());
    }

    public override ImmutableArray<RecordVersion> Audited(ImmutableArray<RecordVersion> superseded) => superseded;

    private static ImmutableArray<ContentHash> ParentsOf(in VersionDraft draft)
    {
        // An edit of a version that was superseded meanwhile comes from that one all the same.
        if ((draft.Superseded ?? draft.Seen) is not { } before)
        {
            return [];
        }

        var parents = ImmutableArray.CreateBuilder<ContentHash>(before.Versions.Length);
        foreach (RecordVersion version in before.Versions)
        {
            parents.Add(LineageHash.Of(draft.Scope, draft.Key, version));
        }

        parents.Sort(static (left, right) => (left.High, left.Low).CompareTo((right.High, right.Low)));
        return parents.MoveToImmutable();
    }
}
