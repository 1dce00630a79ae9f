using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Ordo.Sync.Conflicts.Fields;

/// <summary>The entries of a new version: what its editor changed carries the version's stamp, the rest its own.</summary>
internal static class FieldDiff
{
    /// <param name="seen">What the editor saw.</param>
    /// <param name="leaves">The new payload's leaves, all with <paramref name="stamp"/>; the array is reused.</param>
    /// <param name="stamp">The new version.</param>
    public static ImmutableArray<FieldEntry> Apply(FieldState seen, FieldEntry[] leaves, FieldStamp stamp)
    {
        KeepStamps(seen.View.Shown.AsSpan(), leaves);
        List<FieldEntry>? gone = FindGone(seen.Entries.AsSpan(), leaves, stamp);
        if (gone is null)
        {
            return ImmutableCollectionsMarshal.AsImmutableArray(leaves);
        }

        if (gone.Count > FieldLimits.RemovalsMax)
        {
            gone.Sort(FieldEntry.ByNewest);
            gone.RemoveRange(FieldLimits.RemovalsMax, gone.Count - FieldLimits.RemovalsMax);
        }

        // The payload's leaves and the removals together stay within what a decoder accepts.
        int room = FieldLimits.PathsMax - leaves.Length;
        gone.RemoveRange(Math.Min(room, gone.Count), Math.Max(0, gone.Count - room));
        FieldEntry[] entries = [.. leaves, .. gone];
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

    // Paths that the new payload lacks: removed now, or before and still so.
    private static List<FieldEntry>? FindGone(
        ReadOnlySpan<FieldEntry> entries, ReadOnlySpan<FieldEntry> leaves, FieldStamp stamp)
    {
        List<FieldEntry>? gone = null;
        int l = 0;
        for (int i = 0; i < entries.Length; i++)
        {
            if (i > 0 && entries[i].HasPathOf(entries[i - 1]))
            {
                continue;
            }

            int order = 1;
            while (l < leaves.Length && (order = FieldKey.Compare(leaves[l].Key.Span, entries[i].Key.Span)) < 0)
            {
                l++;
            }

            if (l == leaves.Length || order > 0)
            {
                bool wasGone = entries[i].IsRemoval;
                gone ??= [];
                gone.Add(wasGone ? entries[i] : new FieldEntry(entries[i].Key, default, stamp));
            }
        }

        return gone;
    }
}
