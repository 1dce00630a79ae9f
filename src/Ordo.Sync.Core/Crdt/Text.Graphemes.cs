using System.Globalization;

namespace Ordo.Sync.Crdt;

// What people see as one character may be many UTF-16 units.
public sealed partial class Text
{
    private const int GraphemeWindow = 1024;

    /// <summary>The end of the user-perceived character that begins at an index; the length of the text at its end.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is outside the text.</exception>
    public int GraphemeEnd(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(index, Length);
        string window = Substring(index, Math.Min(GraphemeWindow, Length - index));
        return index + StringInfo.GetNextTextElementLength(window);
    }

    /// <summary>
    /// The beginning of the user-perceived character that ends at an index or contains it: what a backspace deletes from, and
    /// where a cursor may stand. 0 at the beginning. Looks back at most 1,024 UTF-16 units.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is outside the text.</exception>
    public int GraphemeStart(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(index, Length);
        int from = Math.Max(0, index - GraphemeWindow);
        ReadOnlySpan<char> window = Substring(from, Math.Min(Length - from, 2 * GraphemeWindow));
        int at = from > 0 && char.IsLowSurrogate(window[0]) ? 1 : 0;
        while (from + at < index)
        {
            int next = at + StringInfo.GetNextTextElementLength(window[at..]);
            if (from + next >= index)
            {
                break;
            }

            at = next;
        }

        return from + at;
    }
}
