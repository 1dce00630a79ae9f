using System.Runtime.InteropServices;

namespace Ordo.Sync.Conflicts.Fields;

/// <summary>A state's content under a new dot.</summary>
internal static class FieldRestamp
{
    public static FieldState Apply(FieldState state, int lostMax, FieldStamp old, FieldStamp replacement)
    {
        List<FieldEntry> lost = [.. state.Settled.Select(Move)];
        var entries = new List<FieldEntry>(state.Entries.Length);

        // A stable order: of two values clamped to one stamp, the later comes first and stays what readers see.
        foreach (FieldEntry moved in state.Entries.Select(Move).Order(FieldEntry.ByPath))
        {
            if (entries.Count == 0 || FieldEntry.ByPath.Compare(moved, entries[^1]) != 0)
            {
                entries.Add(moved);
            }
            else if (!moved.HasValueOf(entries[^1]) && !FieldKey.IsRoot(moved.Key.Span))
            {
                lost.Add(moved);
            }
        }

        KnownDots known = state.Known.Without(old.Replica).With(replacement)
            .With(CollectionsMarshal.AsSpan(entries));
        return new FieldState([.. entries], LostEntries.Add([], lost, lostMax), known, lostMax);

        FieldEntry Move(FieldEntry entry) =>
            entry.Stamp.CompareTo(old) == 0 || entry.Stamp.Timestamp > replacement.Timestamp
                ? entry with { Stamp = replacement }
                : entry;
    }
}
