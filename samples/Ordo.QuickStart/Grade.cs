namespace Ordo.QuickStart;

/// <summary>A student's grade in an assessment. Any class or record with named, public members will do.</summary>
public sealed record Grade
{
    public int StudentId { get; init; }

    public int Score { get; init; }

    public string Comment { get; init; } = string.Empty;
}
