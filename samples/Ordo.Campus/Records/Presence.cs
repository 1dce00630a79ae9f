namespace Ordo.Campus.Records;

/// <summary>Where somebody's cursor stands in a note. Goes by itself after a while: see the ephemeral store's time to live.</summary>
public sealed record Presence
{
    public string By { get; init; } = string.Empty;

    public string Note { get; init; } = string.Empty;

    /// <summary>The place, by the name of the character that it is behind: it means the same on every device.</summary>
    public string Anchor { get; init; } = string.Empty;

    /// <summary>Unix milliseconds.</summary>
    public long At { get; init; }
}
