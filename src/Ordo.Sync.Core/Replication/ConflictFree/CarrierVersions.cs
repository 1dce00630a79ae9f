using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Conflicts.Strategies;
using Ordo.Sync.Records;

namespace Ordo.Sync.Replication.ConflictFree;

/// <summary>Makes the versions that conflict-free changes leave in V(o).</summary>
internal static class CarrierVersions
{
    /// <summary>A carrier under a stamp.</summary>
    public static RecordVersion Of(WriteStamp stamp) => new(stamp.Dot, stamp.Timestamp, stamp.Author, default, PlainCarrier.Annotations);

    /// <summary>A carrier of a hub that refused changes, and says so.</summary>
    public static RecordVersion Of(WriteStamp stamp, ImmutableArray<RejectedVersion> rejected) => new(
        stamp.Dot,
        stamp.Timestamp,
        stamp.Author,
        default,
        new VersionNotes { Kind = VersionKind.Carrier, Rejected = rejected }.Encode());

    /// <summary>The version of an empty record, marked as one that a conflict-free write made.</summary>
    public static RecordVersion AsBirth(RecordVersion version) => new(
        version.Dot,
        version.Timestamp,
        version.Author,
        version.Payload,
        (VersionNotes.Decode(version.Annotations) with { Kind = VersionKind.Birth }).Encode());

    /// <summary>A version under a new identity, what it stands for unchanged.</summary>
    public static RecordVersion Restate(StrategyBehavior behavior, RecordVersion version, GlobalDot old, WriteStamp stamp)
    {
        if (version.IsCarrier)
        {
            return Of(stamp);
        }

        RecordVersion again = behavior.Restate(version, old, stamp);
        return version.Kind == VersionKind.Birth ? AsBirth(again) : again;
    }
}
