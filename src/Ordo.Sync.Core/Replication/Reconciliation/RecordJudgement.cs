using Ordo.Sync.Causality;
using Ordo.Sync.Records;

namespace Ordo.Sync.Replication.Reconciliation;

/// <summary>Compares a record here with a peer's and says whether knowledge explains the difference. Pure.</summary>
internal static class RecordJudgement
{
    /// <summary>What is wrong.</summary>
    /// <param name="here">The record here; <see langword="null"/> where it is not held.</param>
    /// <param name="there">The peer's, with all content.</param>
    /// <param name="knownHere">K(o) here.</param>
    /// <param name="knownThere">K(o) of the peer.</param>
    /// <param name="sharesDiffer">Whether their shares in the digest differ.</param>
    public static RecordFault Of(
        StoredRecord? here, StoredRecord? there, CausalContext knownHere, CausalContext knownThere, bool sharesDiffer)
    {
        if (!sharesDiffer)
        {
            return RecordFault.None;
        }

        if (Find(here, there, static (left, right) => right is not null && !IsSame(left, right)) is not null)
        {
            return RecordFault.ContentDiffers;
        }

        // What one side does not know yet may have superseded what the other still holds.
        bool isAhead = !IsDominated(knownThere, knownHere);
        bool isBehind = !IsDominated(knownHere, knownThere);
        bool lacksThere = Find(here, there, static (_, right) => right is null) is not null;
        bool lacksHere = Find(there, here, static (_, right) => right is null) is not null;
        return lacksThere && !isAhead ? RecordFault.MissingThere
            : lacksHere && !isBehind ? RecordFault.MissingHere
            : isAhead || isBehind ? RecordFault.None
            : RecordFault.ContentDiffers;
    }

    /// <summary>Whether two versions of one dot are the same.</summary>
    public static bool IsSame(RecordVersion left, RecordVersion right) =>
        left.Timestamp == right.Timestamp
        && string.Equals(left.Author, right.Author, StringComparison.Ordinal)
        && left.HasContentOf(right);

    private static bool IsDominated(CausalContext left, CausalContext right) =>
        left.Exception is null && left.Knowledge.IsDominatedBy(right.Knowledge);

    // The first live version of a record of which, beside the other record's version of the same dot, something holds.
    private static RecordVersion? Find(
        StoredRecord? record, StoredRecord? other, Func<RecordVersion, RecordVersion?, bool> holds)
    {
        foreach (RecordVersion version in record?.Versions ?? [])
        {
            if ((!version.IsTombstone || version.IsCarrier) && holds(version, Find(other, version.Dot)))
            {
                return version;
            }
        }

        return null;
    }

    private static RecordVersion? Find(StoredRecord? record, Dot dot)
    {
        foreach (RecordVersion version in record?.Versions ?? [])
        {
            if (version.Dot == dot)
            {
                return version;
            }
        }

        return null;
    }
}
