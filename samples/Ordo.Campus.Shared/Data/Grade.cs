namespace Ordo.Campus.Shared.Data;

/// <summary>A student's result in an assessment.</summary>
public sealed record Grade
{
    public int StudentId { get; init; }

    public int AssessmentId { get; init; }

    /// <summary>Days since the beginning of the presentation.</summary>
    public int DateSubmitted { get; init; }

    public bool IsBanked { get; init; }

    /// <summary>0 to 100; absent where it is not known.</summary>
    public int? Score { get; init; }
}
