using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts.Fields;
using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Records;

namespace Ordo.Sync.Conflicts.Strategies;

/// <summary>
/// Merge preserving history: siblings are joined field by field when they are shown; what lost is kept with the record. Nothing
/// is written until somebody edits the record; that version holds the merge.
/// </summary>
/// <param name="lostValuesMax">How many values that lost a record keeps.</param>
internal sealed class MergeFieldsBehavior(int lostValuesMax) : StrategyBehavior
{
    /// <summary>How many values that lost a record keeps by default.</summary>
    public const int LostValuesDefault = 32;

    protected override RecordView ViewContent(string scope, StoredRecord record)
    {
        RecordVersion greatest = record.Greatest;
        return record.HasSiblings
            ? new RecordView(RecordState.Current, Join(record)!.ToPayload(), greatest)
            : new RecordView(RecordState.Current, greatest.Payload, greatest);
    }

    /// <summary>The values of a record's fields that lost against concurrent edits, the newest first.</summary>
    public ImmutableArray<LostValue> LostValuesOf(StoredRecord record) => Join(record.Content)?.Lost ?? [];

    public override RecordVersion Write(in VersionDraft draft)
    {
        WriteStamp stamp = draft.Stamp;
        var own = new FieldStamp(stamp.Timestamp, stamp.Version.Replica, stamp.Version.Counter, stamp.Author);
        FieldState state = FieldState.Write(Join(draft.Seen), draft.Payload, own, lostValuesMax, draft.SawAll);
        return VersionOf(state, stamp);
    }

    public override RecordVersion Restate(RecordVersion version, GlobalDot old, WriteStamp stamp)
    {
        var before = new FieldStamp(version.Timestamp, old.Replica, old.Counter, version.Author);
        var own = new FieldStamp(stamp.Timestamp, stamp.Version.Replica, stamp.Version.Counter, stamp.Author);
        return VersionOf(Read(version).Restamp(before, own), stamp);
    }

    // A merge supersedes several versions: what they held and the bounded set of lost values may drop stays in the history.
    public override ImmutableArray<RecordVersion> Audited(ImmutableArray<RecordVersion> superseded) =>
        superseded.Length > 1 ? superseded : [];

    public override void Validate(RecordVersion version) => Read(version);

    private FieldState? Join(StoredRecord? record)
    {
        FieldState? joined = null;
        foreach (RecordVersion version in record?.Versions ?? [])
        {
            FieldState state = Read(version);
            joined = joined is null ? state : FieldState.Join(joined, state, lostValuesMax);
        }

        return joined;
    }

    private static RecordVersion VersionOf(FieldState state, WriteStamp stamp) => new(
        stamp.Dot,
        stamp.Timestamp,
        stamp.Author,
        state.ToPayload(),
        new VersionNotes { Fields = state.Encode() }.Encode());

    private static FieldState Read(RecordVersion version) => FieldState.Decode(
        version.Payload, VersionNotes.Decode(version.Annotations).Fields, StampOf(version));

    // Only a version whose writer knew nothing of stamps is read by this one: its replica is not known here, the same
    // everywhere.
    private static FieldStamp StampOf(RecordVersion version) =>
        new(version.Timestamp, default, version.Dot.Counter, version.Author);
}
