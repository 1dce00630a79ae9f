namespace Ordo.Campus.Records;

/// <summary>What a grade is for.</summary>
public sealed record Assessment
{
    public int Id { get; init; }

    /// <summary>As in "TMA 1".</summary>
    public string Label { get; init; } = string.Empty;

    /// <summary>Its part of the final result in percent.</summary>
    public double Weight { get; init; }
}
