namespace Ordo.Campus.Records;

/// <summary>Where somebody's cursor stands in a note. Goes by itself after a while: see the ephemeral store's time to live.</summary>
public sealed record Presence
{
    public string By { get; init; } = string.Empty;

    public string Note { get; init; } = string.Empty;

    /// <summary>The UTF-16 index in the note's text.</summary>
    public int Position { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public long At { get; init; }
}
