using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Ordo.Sync.Conflicts.Fields;

/// <summary>The entries of a new version: what its editor changed carries the version's stamp, the rest its
/// own.</summary>
internal static class FieldDiff
{
    /// <param name="seen">What the editor saw.</param>
    /// <param name="leaves">The new payload's leaves, all with <paramref name="stamp"/>; the array is reused.</param>
    /// <param name="stamp">The new version.</param>
    public static ImmutableArray<FieldEntry> Apply(FieldState seen, FieldEntry[] leaves, FieldStamp stamp)
    {
        KeepStamps(seen.View.Shown.AsSpan(), leaves);
        List<FieldEntry>? more = FindMore(seen.Entries.AsSpan(), leaves, stamp);
        if (more is null)
        {
            return ImmutableCollectionsMarshal.AsImmutableArray(leaves);
        }

        // The payload's leaves and these together stay within what a decoder accepts.
        int moreMax = Math.Min(FieldLimits.RemovalsMax, FieldLimits.PathsMax - leaves.Length);
        if (more.Count > moreMax)
        {
            more.Sort(FieldEntry.ByNewest);
            more.RemoveRange(moreMax, more.Count - moreMax);
        }

        FieldEntry[] entries = [.. leaves, .. more];
        Array.Sort(entries, FieldEntry.ByPath);
        return ImmutableCollectionsMarshal.AsImmutableArray(entries);
    }

    private static void KeepStamps(ReadOnlySpan<FieldEntry> shown, FieldEntry[] leaves)
    {
        int s = 0;
        for (int i = 0; i < leaves.Length; i++)
        {
            ReadOnlySpan<byte> key = leaves[i].Key.Span;
            int order = -1;
            while (s < shown.Length && (order = FieldKey.Compare(shown[s].Key.Span, key)) < 0)
            {
                s++;
            }

            if (s < shown.Length && order == 0 && shown[s].HasValueOf(leaves[i]))
            {
                leaves[i] = leaves[i] with { Stamp = shown[s].Stamp };
            }
        }
    }

    // Paths that the new payload lacks: removed now, or before and still so. And what several had written alike and
    // nobody
    // changed: were only one of them kept, a writer who overwrites that one alone would make the other vanish.
    private static List<FieldEntry>? FindMore(
        ReadOnlySpan<FieldEntry> entries, ReadOnlySpan<FieldEntry> leaves, FieldStamp stamp)
    {
        List<FieldEntry>? more = null;
        int l = 0;
        for (int i = 0; i < entries.Length;)
        {
            FieldEntry winner = entries[i++];
            int order = 1;
            while (l < leaves.Length && (order = FieldKey.Compare(leaves[l].Key.Span, winner.Key.Span)) < 0)
            {
                l++;
            }

            bool isGone = l == leaves.Length || order > 0;
            bool isKept = isGone ? winner.IsRemoval : leaves[l].Stamp == winner.Stamp;
            if (isGone)
            {
                (more ??= []).Add(isKept ? winner : new FieldEntry(winner.Key, default, stamp));
            }

            for (; i < entries.Length && entries[i].HasPathOf(winner); i++)
            {
                if (isKept && entries[i].HasValueOf(winner))
                {
                    (more ??= []).Add(entries[i]);
                }
            }
        }

        return more;
    }
}
