using System.Collections.Immutable;

namespace Ordo.Sync.Conflicts.Fields;

/// <summary>The entries of two states as one: an entry that one side lacks stays unless that side knows its
/// version.</summary>
internal static class FieldJoin
{
    public static ImmutableArray<FieldEntry> Apply(FieldState left, FieldState right)
    {
        ReadOnlySpan<FieldEntry> ours = left.Entries.AsSpan();
        ReadOnlySpan<FieldEntry> theirs = right.Entries.AsSpan();
        var joined = ImmutableArray.CreateBuilder<FieldEntry>(Math.Max(ours.Length, theirs.Length) + 4);
        int l = 0;
        int r = 0;
        while (l < ours.Length || r < theirs.Length)
        {
            int order = l == ours.Length ? 1
                : r == theirs.Length ? -1
                : FieldEntry.ByPath.Compare(ours[l], theirs[r]);
            if (order < 0)
            {
                Keep(ours[l++], right.Known);
            }
            else if (order > 0)
            {
                Keep(theirs[r++], left.Known);
            }
            else
            {
                joined.Add(Pick(ours[l++], theirs[r++]));
            }
        }

        return joined.DrainToImmutable();

        void Keep(in FieldEntry entry, KnownDots known)
        {
            if (!known.Contains(entry.Stamp))
            {
                joined.Add(entry);
            }
        }
    }

    // One version wrote one value; a peer that forges another must not make the outcome depend on the order.
    private static FieldEntry Pick(in FieldEntry left, in FieldEntry right)
    {
        int order = left.Value.Span.SequenceCompareTo(right.Value.Span);
        order = order != 0 ? order : string.CompareOrdinal(left.Stamp.Author, right.Stamp.Author);
        return order >= 0 ? left : right;
    }
}
