using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Strategies.Tests.Worlds;

namespace Ordo.Sync.Strategies.Tests.Histories;

/// <summary>A write as it truly was: what its editor had been shown, and what it said.</summary>
/// <param name="Version">The version that the device acknowledged.</param>
/// <param name="Device">Who wrote it.</param>
/// <param name="Strategy">The strategy of the record's collection.</param>
/// <param name="Key">The record.</param>
/// <param name="Seen">The versions that stood before its editor.</param>
/// <param name="Value">What it says; <see langword="null"/> for a delete.</param>
/// <param name="Timestamp">Its time.</param>
internal sealed record TrueWrite(
    GlobalDot Version,
    Device Device,
    ConflictStrategy Strategy,
    string Key,
    IReadOnlySet<GlobalDot> Seen,
    Note? Value,
    HybridTimestamp Timestamp)
{
    /// <summary>Of what was seen, what it takes the place of: all, but for an edit of a disputed record.</summary>
    public IReadOnlySet<GlobalDot> Superseded { get; init; } = Seen;

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Version} {Device.Name} {Strategy} {Key} '{Value?.Text}' {Value?.Score} over {string.Join(' ', Superseded)} of {string.Join(' ', Seen)}";

    /// <summary>Whether it sets the text to something else than what its editor was shown.</summary>
    public bool SetsText { get; init; }

    /// <summary>Whether it sets the score to something else than what its editor was shown.</summary>
    public bool SetsScore { get; init; }
}
