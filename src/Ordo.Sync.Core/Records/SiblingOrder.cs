using System.Collections.Immutable;
using Ordo.Sync.Causality;

namespace Ordo.Sync.Records;

/// <summary>
/// The total order of versions: hybrid timestamp, then replica id, then counter. It extends causality (a version's timestamp
/// exceeds those of all it overwrote), is the same on every replica, and names the winner of <em>last write wins</em>.
/// </summary>
public static class SiblingOrder
{
    /// <summary>Compares two versions whose dots are in the indexes of <paramref name="replicas"/>.</summary>
    public static int Compare(RecordVersion left, RecordVersion right, ReplicaTable replicas)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        ArgumentNullException.ThrowIfNull(replicas);
        int byTime = left.Timestamp.CompareTo(right.Timestamp);
        return byTime != 0 ? byTime : replicas.Globalize(left.Dot).CompareTo(replicas.Globalize(right.Dot));
    }

    /// <summary>The versions in order, the greatest last.</summary>
    public static ImmutableArray<RecordVersion> Sort(IEnumerable<RecordVersion> versions, ReplicaTable replicas) =>
        versions.ToImmutableArray().Sort((left, right) => Compare(left, right, replicas));
}
