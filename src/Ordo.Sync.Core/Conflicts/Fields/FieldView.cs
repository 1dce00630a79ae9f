using System.Collections.Immutable;

namespace Ordo.Sync.Conflicts.Fields;

/// <summary>
/// What readers see of a state's entries: of each path the greatest stamp; where a value stands at "a" and others
/// below "a", the
/// greatest stamp of them all decides which. Whatever is not seen has lost.
/// </summary>
internal sealed class FieldView
{
    private FieldView(ImmutableArray<FieldEntry> shown, List<FieldEntry>? beaten) => (Shown, Beaten) = (shown, beaten);

    /// <summary>The present values in the order of their paths, none below another.</summary>
    public ImmutableArray<FieldEntry> Shown { get; }

    /// <summary>Values that lost and stand in the entries still; <see langword="null"/> for none.</summary>
    public IReadOnlyList<FieldEntry>? Beaten { get; }

    public static FieldView Of(ImmutableArray<FieldEntry> entries)
    {
        List<FieldEntry>? beaten = null;
        bool isPlain = true;
        var live = new List<FieldEntry>(entries.Length);
        for (int i = 0; i < entries.Length;)
        {
            FieldEntry winner = entries[i];
            bool isBelow = live.Count > 0 && !winner.IsRemoval
                && (FieldKey.IsRoot(winner.Key.Span) || FieldKey.IsBelow(winner.Key.Span, live[^1].Key.Span));
            isPlain &= !isBelow;
            if (!winner.IsRemoval)
            {
                live.Add(winner);
            }

            for (i++; i < entries.Length && entries[i].HasPathOf(winner); i++)
            {
                // What agrees with the winner lost nothing; that a record exists without fields is no value of a field.
                if (!entries[i].HasValueOf(winner) && !FieldKey.IsRoot(winner.Key.Span))
                {
                    (beaten ??= []).Add(entries[i]);
                }
            }
        }

        return isPlain || live.Count < 2
            ? new FieldView(entries.Length == live.Count ? entries : [.. live], beaten)
            : new FieldView(Untangle(live, beaten ??= []), beaten);
    }

    private static ImmutableArray<FieldEntry> Untangle(List<FieldEntry> live, List<FieldEntry> beaten)
    {
        var shown = ImmutableArray.CreateBuilder<FieldEntry>(live.Count);
        for (int i = 0; i < live.Count;)
        {
            FieldEntry entry = live[i++];
            if (FieldKey.IsRoot(entry.Key.Span))
            {
                // The record has fields: that it once had none is no value.
                continue;
            }

            int end = i;
            FieldStamp newest = default;
            for (; end < live.Count && FieldKey.IsBelow(live[end].Key.Span, entry.Key.Span); end++)
            {
                newest = live[end].Stamp > newest ? live[end].Stamp : newest;
            }

            if (end == i)
            {
                shown.Add(entry);
            }
            else if (entry.IsEmptyMap)
            {
                // It yields to what the map holds, and nothing is lost.
                continue;
            }
            else if (entry.Stamp > newest)
            {
                shown.Add(entry);
                beaten.AddRange(live[i..end].FindAll(static hidden => !hidden.IsEmptyMap));
                i = end;
            }
            else
            {
                beaten.Add(entry);
            }
        }

        return shown.DrainToImmutable();
    }
}
