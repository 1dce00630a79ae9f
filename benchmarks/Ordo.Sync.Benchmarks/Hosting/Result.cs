namespace Ordo.Sync.Benchmarks.Hosting;

/// <summary>What the scenarios write: an assessment result of about 200 bytes.</summary>
public sealed record Result
{
    private const string Remark = "Submitted on time; second marker agreed; moderated by the board of examiners in its spring session.";

    public int StudentId { get; init; }

    public int AssessmentId { get; init; }

    public int DateSubmitted { get; init; }

    public bool IsBanked { get; init; }

    public int? Score { get; init; }

    public string Comment { get; init; } = Remark;

    public static Result Of(int number) => new()
    {
        StudentId = 10_000 + number,
        AssessmentId = 1752 + (number % 7),
        DateSubmitted = number % 240,
        Score = number % 101,
    };

    /// <summary>Keys in no order of time, as students' numbers are: a multiplication scatters the number.</summary>
    public static string KeyOf(int number) => $"{(uint)(number * 2654435761u):D10}/{1752 + (number % 7)}";
}
