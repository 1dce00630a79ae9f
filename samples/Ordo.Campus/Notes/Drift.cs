using Ordo.Sync.Crdt;

namespace Ordo.Campus.Notes;

/// <summary>Moves an edit over what happened to the text meanwhile, so that it lands where it was meant.</summary>
internal static class Drift
{
    /// <summary>
    /// The edits that do in the changed text what <paramref name="edit"/> was to do before the changes: in order, each counting on the
    /// one before. What others inserted into a deleted range stays, hence several.
    /// </summary>
    public static IReadOnlyList<TextChange> Rebase(TextChange edit, IReadOnlyList<TextChange> changes)
    {
        int insertAt = edit.Position;
        var deleted = new List<(int From, int To)> { (edit.Position, edit.Position + edit.Deleted) };
        foreach (TextChange change in changes)
        {
            insertAt = Follow(insertAt, change);
            deleted = [.. deleted.SelectMany(range => Pieces(range, change)).Where(range => range.From < range.To)];
        }

        // From the back, so that one does not move the others; what is inserted comes last, where its place has moved to.
        var edits = new List<TextChange>();
        foreach ((int from, int to) in deleted.OrderByDescending(range => range.From))
        {
            edits.Add(new TextChange(from, to - from, string.Empty));
            insertAt -= Math.Clamp(insertAt - from, 0, to - from);
        }

        if (edit.Inserted.Length > 0)
        {
            edits.Add(new TextChange(insertAt, 0, edit.Inserted));
        }

        return edits;
    }

    /// <summary>The one change that makes one text of another; characters of two units stay whole.</summary>
    public static TextChange? Between(string before, string after)
    {
        int start = before.AsSpan().CommonPrefixLength(after);
        int most = Math.Min(before.Length, after.Length) - start;
        int end = 0;
        while (end < most && before[^(end + 1)] == after[^(end + 1)])
        {
            end++;
        }

        start -= IsInPair(before, start) || IsInPair(after, start) ? 1 : 0;
        end -= IsInPair(before, before.Length - end) || IsInPair(after, after.Length - end) ? 1 : 0;
        return start + end == before.Length && before.Length == after.Length
            ? null
            : new TextChange(start, before.Length - start - end, after[start..^end]);
    }

    /// <summary>The text after changes, each counting on the one before.</summary>
    public static string Apply(string text, IReadOnlyList<TextChange> changes) => changes.Aggregate(
        text,
        (now, change) => string.Concat(
            now.AsSpan(0, change.Position), change.Inserted, now.AsSpan(change.Position + change.Deleted)));

    /// <summary>Where a place is after changes, each counting on the one before.</summary>
    public static int Follow(int place, IReadOnlyList<TextChange> changes) => changes.Aggregate(place, Follow);

    /// <summary>Where a place is after a change: behind what was inserted at it.</summary>
    private static int Follow(int place, TextChange change)
    {
        if (place < change.Position || (place == change.Position && change.Deleted > 0))
        {
            return place;
        }

        return change.Position + change.Inserted.Length + Math.Max(0, place - change.Position - change.Deleted);
    }

    private static IEnumerable<(int From, int To)> Pieces((int From, int To) range, TextChange change)
    {
        int end = change.Position + change.Deleted;
        int moved = change.Inserted.Length - change.Deleted;
        if (range.From < change.Position)
        {
            yield return (range.From, Math.Min(range.To, change.Position));
        }

        if (range.To > end)
        {
            yield return (Math.Max(range.From, end) + moved, range.To + moved);
        }
    }

    private static bool IsInPair(string text, int index) =>
        index > 0 && index < text.Length && char.IsHighSurrogate(text[index - 1]) && char.IsLowSurrogate(text[index]);
}
