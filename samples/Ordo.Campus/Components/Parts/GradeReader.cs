using Ordo.Campus.Shared.Data;
using Ordo.Sync.Engine.Collections;

namespace Ordo.Campus.Components.Parts;

/// <summary>Reads a gradebook by student, a page at a time: what it costs follows the page, not the course.</summary>
internal sealed class GradeReader(ISyncCollection<Grade> grades)
{
    /// <summary>Students from a number on, and the number that the next page begins with.</summary>
    public async Task<(List<GradeRow> Rows, int? Next)> ReadAsync(
        int firstStudent, int count, CancellationToken cancellationToken)
    {
        var rows = new List<GradeRow>();
        await foreach (Record<Grade> grade in grades.QueryAsync(
            query => query.WhereAtLeast(item => item.StudentId, firstStudent).OrderBy(item => item.StudentId), cancellationToken))
        {
            int student = grade.Value.StudentId;
            if (rows.Count == 0 || rows[^1].Student != student)
            {
                if (rows.Count == count)
                {
                    return (rows, student);
                }

                rows.Add(new GradeRow(student, []));
            }

            rows[^1].Grades[grade.Value.AssessmentId] = grade;
        }

        return (rows, null);
    }

    /// <summary>The students that some grades are of, with all of their results.</summary>
    public async Task<List<GradeRow>> ReadAsync(IEnumerable<string> keys, CancellationToken cancellationToken)
    {
        var rows = new SortedDictionary<int, GradeRow>();
        foreach (string key in keys)
        {
            if (await grades.GetAsync(key, cancellationToken) is { } found)
            {
                int student = found.Value.StudentId;
                rows.TryAdd(student, (await ReadAsync(student, 1, cancellationToken)).Rows[0]);
            }
        }

        return [.. rows.Values];
    }
}
