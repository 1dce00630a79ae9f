using System.ComponentModel.DataAnnotations;
using Ordo.Sync.Benchmarks.Hosting;

namespace Ordo.Sync.Benchmarks.Comparison;

/// <summary>An assessment result as an entity.</summary>
internal sealed class StoredResult
{
    [Key]
    public required string Key { get; init; }

    public int StudentId { get; init; }

    public int AssessmentId { get; init; }

    public int DateSubmitted { get; init; }

    public bool IsBanked { get; init; }

    public int? Score { get; init; }

    public string Comment { get; init; } = string.Empty;

    public static StoredResult Of(int number)
    {
        Result result = Result.Of(number);
        return new StoredResult
        {
            Key = Result.KeyOf(number),
            StudentId = result.StudentId,
            AssessmentId = result.AssessmentId,
            DateSubmitted = result.DateSubmitted,
            IsBanked = result.IsBanked,
            Score = result.Score,
            Comment = result.Comment,
        };
    }
}
