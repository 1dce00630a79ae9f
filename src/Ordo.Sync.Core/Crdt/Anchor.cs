using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Ordo.Sync.Causality;

namespace Ordo.Sync.Crdt;

/// <summary>
/// A place in a text or sequence that stays where it is while elements come and go elsewhere: beside an element, named by
/// its dot. It means the same on every replica, so it can be stored and sent (a remote cursor, a comment's range).
/// </summary>
/// <param name="Element">The element; null: the beginning (after) or the end (before).</param>
/// <param name="IsAfter">
/// Whether the place is behind the element, so that what is inserted at this very place comes behind the anchor; otherwise it
/// is in front, and the anchor moves on.
/// </param>
public readonly record struct Anchor(GlobalDot? Element, bool IsAfter)
{
    private const char After = '>';
    private const char Before = '<';

    /// <summary>Reads the form that <see cref="ToString"/> writes.</summary>
    /// <exception cref="FormatException">The text is no anchor.</exception>
    public static Anchor Parse(string text) => TryParse(text, out Anchor anchor)
        ? anchor
        : throw new FormatException("An anchor is '>' or '<', alone or before a replica id, ':' and a counter.");

    /// <summary>Reads the form that <see cref="ToString"/> writes, or returns <see langword="false"/>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Anchor anchor)
    {
        anchor = default;
        if (string.IsNullOrEmpty(text) || text[0] is not (After or Before))
        {
            return false;
        }

        bool isAfter = text[0] == After;
        if (text.Length == 1)
        {
            anchor = new Anchor(null, isAfter);
            return true;
        }

        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || !ReplicaId.TryParse(text[1..colon], out ReplicaId replica)
            || !long.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long counter)
            || counter is < 1 or > Dot.CounterMax)
        {
            return false;
        }

        anchor = new Anchor(new GlobalDot(replica, counter), isAfter);
        return true;
    }

    /// <summary>
    /// A short text that <see cref="Parse"/> reads on any replica: the side ('&gt;' behind, '&lt;' in front), then the element's
    /// replica id and counter. To be kept in a field of a record, as that of somebody's presence.
    /// </summary>
    public override string ToString() => (IsAfter ? After : Before) + (Element?.ToString() ?? string.Empty);
}
