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
    public override ImmutableArray<RecordVersion> Superseded(string scope, StoredRecord seen, bool isDecision)
    {
        ImmutableArray<RecordVersion> sides = SidesOf(scope, seen);
        if (isDecision || !Dissent.IsAmong(sides))
        {
            return seen.Versions;
        }

        ReadOnlyMemory<byte> shown = Shown(sides).Payload;
        return seen.Versions.RemoveAll(version =>
            sides.Contains(version) && !version.Payload.Span.SequenceEqual(shown.Span));
    }

    // A refusal states anew what the refused write superseded, under a new dot and time. That is no side against an edit which
    // comes from the same content, and is as old as when it was written.
    public override ImmutableArray<RecordVersion> SidesOf(string scope, StoredRecord record)
    {
        if (!record.HasSiblings)
        {
            return record.Versions;
        }

        var named = new HashSet<ContentHash>();
        var written = new Dictionary<RecordVersion, long>(record.Versions.Length);
        foreach (RecordVersion version in record.Versions)
        {
            Lineage? lineage = VersionNotes.Decode(version.Annotations).Lineage;
            named.UnionWith(lineage?.Parents ?? []);
            written[version] = Math.Min(
                lineage?.WrittenUnixMilliseconds ?? long.MaxValue, version.Timestamp.UnixMilliseconds);
        }

        ImmutableArray<RecordVersion> sides = named.Count == 0
            ? record.Versions
            : record.Versions.RemoveAll(version => named.Contains(LineageHash.Of(scope, record.Key, version)));
        return sides.IsEmpty ? record.Versions : [.. sides.OrderBy(version => written[version])];
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
