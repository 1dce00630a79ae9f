using System.Collections.Immutable;

namespace Ordo.Sync.Conflicts.Fields;

/// <summary>
/// Sets of lost values, newest first: of any union the newest so many, which is commutative, associative and
/// idempotent, since
/// nothing ever leaves a set but by newer values.
/// </summary>
internal static class LostEntries
{
    /// <summary>The newest of two sets.</summary>
    public static ImmutableArray<FieldEntry> Join(
        ImmutableArray<FieldEntry> left, ImmutableArray<FieldEntry> right, int lostMax)
    {
        if (right.IsEmpty || left == right)
        {
            return Newest(left, lostMax);
        }

        if (left.IsEmpty)
        {
            return Newest(right, lostMax);
        }

        var joined = ImmutableArray.CreateBuilder<FieldEntry>(Math.Min(lostMax, left.Length + right.Length));
        int l = 0;
        int r = 0;
        while (joined.Count < lostMax && (l < left.Length || r < right.Length))
        {
            int order = l == left.Length ? 1
                : r == right.Length ? -1
                : FieldEntry.ByNewest.Compare(left[l], right[r]);
            joined.Add(order <= 0 ? left[l] : right[r]);
            l += order <= 0 ? 1 : 0;
            r += order >= 0 ? 1 : 0;
        }

        return joined.DrainToImmutable();
    }

    /// <summary>A set and more values, in any order; <see langword="null"/> for none.</summary>
    public static ImmutableArray<FieldEntry> Add(ImmutableArray<FieldEntry> lost, List<FieldEntry>? more, int lostMax)
    {
        if (more is null)
        {
            return Newest(lost, lostMax);
        }

        more.Sort(FieldEntry.ByNewest);
        return Join(lost, Distinct(more), lostMax);
    }

    private static ImmutableArray<FieldEntry> Distinct(List<FieldEntry> sorted)
    {
        var distinct = ImmutableArray.CreateBuilder<FieldEntry>(sorted.Count);
        for (int i = 0; i < sorted.Count; i++)
        {
            if (i == 0 || FieldEntry.ByNewest.Compare(sorted[i - 1], sorted[i]) != 0)
            {
                distinct.Add(sorted[i]);
            }
        }

        return distinct.DrainToImmutable();
    }

    private static ImmutableArray<FieldEntry> Newest(ImmutableArray<FieldEntry> lost, int lostMax) =>
        lost.Length <= lostMax ? lost : lost[..lostMax];
}
