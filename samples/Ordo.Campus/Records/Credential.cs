namespace Ordo.Campus.Records;

/// <summary>An award. Acting on a wrong one is worse than not acting: concurrent edits refuse reads and writes until resolved.</summary>
public sealed record Credential
{
    public string Holder { get; init; } = string.Empty;

    public string Award { get; init; } = string.Empty;

    public string Classification { get; init; } = string.Empty;

    /// <summary>The day of conferral, as in "2026-07-14"; empty while it is not conferred.</summary>
    public string ConferredOn { get; init; } = string.Empty;
}
