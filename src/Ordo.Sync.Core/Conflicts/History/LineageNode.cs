using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts.Notes;

namespace Ordo.Sync.Conflicts.History;

/// <summary>A version in the lineage of its record.</summary>
/// <param name="Hash">Its hash.</param>
/// <param name="Parents">The hashes of the versions it superseded.</param>
/// <param name="Content">What was written.</param>
/// <param name="IsCurrent">Whether it stands: no other supersedes it.</param>
public sealed record LineageNode(
    ContentHash Hash, ImmutableArray<ContentHash> Parents, HistoryEntry Content, bool IsCurrent)
{
    /// <summary>Makes the node of a version.</summary>
    public static LineageNode Of(string scope, HistoryEntry content, bool isCurrent)
    {
        ArgumentNullException.ThrowIfNull(content);
        VersionNotes notes = VersionNotes.Decode(content.Annotations);
        return new LineageNode(content.HashIn(scope), notes.Lineage?.Parents ?? [], content, isCurrent);
    }

    /// <summary>Order by timestamp, then version: for nodes of which neither comes from the other.</summary>
    public static int CompareByTime(LineageNode left, LineageNode right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        int byTime = left.Content.Timestamp.CompareTo(right.Content.Timestamp);
        return byTime != 0 ? byTime : left.Content.Version.CompareTo(right.Content.Version);
    }

    /// <summary>The version's time, for people.</summary>
    public HybridTimestamp Timestamp => Content.Timestamp;
}
