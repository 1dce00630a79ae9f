namespace Ordo.Campus.Records;

/// <summary>Notes of a course that several people type in at once.</summary>
public sealed record Note
{
    public string Title { get; init; } = string.Empty;

    /// <summary>A conflict-free text.</summary>
    public string Text { get; init; } = string.Empty;
}
